import { Type } from 'typebox'
import type { NodeRepository } from '../../repository/node-repository.ts'
import type { App } from '../app.ts'
import { negotiatesHtml } from '../negotiation.ts'
import { PeerBody } from '../network-schemas.ts'
import { peersPage } from '../pages/peers.ts'
import { sendHtml, sendJson } from '../responses.ts'
import { NoQuery } from '../query-schemas.ts'
import { problems } from '../schemas.ts'

/** Other nodes, as this one sees them. Whom to connect with is said over the control socket only. */
export function addPeersRoutes(app: App, repository: NodeRepository): void {
  app.get(
    '/peers',
    {
      schema: {
        summary: 'Peers that this node stays connected with, and those that are connected',
        tags: ['operations'],
        querystring: NoQuery,
        response: { 200: Type.Array(PeerBody), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const peers = await repository.peers()
      if (!asHtml) return sendJson(reply, peers)
      const { addresses } = await repository.status()
      return sendHtml(reply, peersPage(peers, addresses))
    },
  )
}
