import type { NodeRepository } from '../../repository/node-repository.ts'
import type { App } from '../app.ts'
import { negotiatesHtml } from '../negotiation.ts'
import { policyPage } from '../pages/policy.ts'
import { NoQuery } from '../query-schemas.ts'
import { sendHtml, sendJson } from '../responses.ts'
import { PolicyBody } from '../agreement-schemas.ts'
import { problems } from '../schemas.ts'

/** Whose word colours this node's pages. */
export function addPolicyRoute(app: App, repository: NodeRepository): void {
  app.get(
    '/policy',
    {
      schema: {
        summary: 'Whom this node names: their word is counted apart, and has colours on its pages',
        tags: ['node'],
        querystring: NoQuery,
        response: { 200: PolicyBody, ...problems },
      },
    },
    async (request, reply) => {
      const { operators } = repository.naming()
      return negotiatesHtml(request, reply)
        ? sendHtml(reply, policyPage(operators))
        : sendJson(reply, { operators })
    },
  )
}
