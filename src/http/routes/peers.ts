import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { peersPage } from '../pages/network/peers.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { answered, problems } from '../../contract/described.ts'
import { PeersBody } from '../../contract/peer-status.ts'

/** Other nodes, as this one sees them. Whom to connect with is said over the control socket only. */
export function addPeersRoutes(app: App, repository: NodeRepository): void {
  app.get(
    '/peers',
    {
      schema: {
        operationId: 'listPeers',
        summary: 'Peers that this node stays connected with, and those that are connected',
        tags: ['operations'],
        querystring: NoQuery,
        response: { 200: answered(PeersBody, 'All of them'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const peers = await repository.peers()
      if (!asHtml) return sendJson(reply, PeersBody, peers)
      const { addresses } = await repository.status()
      return sendHtml(reply, peersPage(peers, addresses))
    },
  )
}
