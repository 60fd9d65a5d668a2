import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { networkPage } from '../pages/network/network.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { answered, problems } from '../../contract/described.ts'
import { NetworkBody } from '../../contract/network-answer.ts'

/** Who follows whom and how far, as this node knows it: one answer for what else takes three questions. */
export function addNetworkRoute(app: App, repository: NodeRepository): void {
  app.get(
    '/network',
    {
      schema: {
        operationId: 'getNetwork',
        summary: 'This node, its peers, and every feed with who said that it has how much of it',
        tags: ['operations'],
        querystring: NoQuery,
        response: { 200: answered(NetworkBody, 'As this node knows it'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const answer = await repository.network()
      return asHtml ? sendHtml(reply, networkPage(answer)) : sendJson(reply, NetworkBody, answer)
    },
  )
}
