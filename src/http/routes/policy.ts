import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { policyPage } from '../pages/policy.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { PolicyBody } from '../../contract/agreement.ts'
import { answered, problems } from '../../contract/described.ts'

/** Whose word colours this node's pages. */
export function addPolicyRoute(app: App, repository: NodeRepository): void {
  app.get(
    '/policy',
    {
      schema: {
        operationId: 'getPolicy',
        summary: 'Whom this node names: their word is counted apart, and has colours on its pages',
        tags: ['node'],
        querystring: NoQuery,
        response: { 200: answered(PolicyBody, 'As the node read it when it started'), ...problems },
      },
    },
    async (request, reply) => {
      const { operators } = repository.namedOperators()
      return negotiatesHtml(request, reply)
        ? sendHtml(reply, policyPage(operators))
        : sendJson(reply, PolicyBody, { operators })
    },
  )
}
