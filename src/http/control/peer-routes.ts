import type { FastifyRequest } from 'fastify'
import { MalformedError } from '../../base/errors.ts'
import {
  type KnownPeers,
  KnownPeersBody,
  PeerAddedBody,
  PeerNameBody,
  PeerRemovedBody,
  PeerBannedBody,
  PeersKnownBody,
  PeerUnbannedBody,
} from '../../contract/control.ts'
import type { PeerBook } from '../../contract/peer-book.ts'
import type { App } from '../transport/app.ts'
import { hasForm } from '../transport/form.ts'
import { sendJson } from '../answers/responses.ts'

/** Peers that this node stays connected with, and all that it knows of. */
export interface PeerDoor {
  readonly book: PeerBook
  readonly view: {
    readonly addresses: () => readonly string[]
    readonly peers: () => KnownPeers['peers']
    readonly unanswered: () => KnownPeers['unanswered']
  }
}

/** For the operator only. */
export function addPeerRoutes(app: App, { book, view }: PeerDoor): void {
  app.get('/peers', async (_request, reply) =>
    sendJson(reply, KnownPeersBody, {
      addresses: view.addresses(),
      peers: view.peers(),
      unanswered: view.unanswered(),
    }),
  )
  app.post('/peers/add', async (request, reply) => {
    const added = await book.add(peerOf(request))
    return sendJson(reply, PeerAddedBody, { added: true, ...added })
  })
  app.post('/peers/remove', async (request, reply) =>
    sendJson(reply, PeerRemovedBody, { removed: await book.remove(peerOf(request)) }),
  )
  app.post('/peers/ban', async (request, reply) => {
    await book.ban(peerOf(request))
    return sendJson(reply, PeerBannedBody, { banned: true })
  })
  app.post('/peers/unban', async (request, reply) =>
    sendJson(reply, PeerUnbannedBody, { unbanned: await book.unban(peerOf(request)) }),
  )
  app.get('/peers/known', async (_request, reply) =>
    sendJson(reply, PeersKnownBody, { peers: book.known() }),
  )
}

function peerOf(request: FastifyRequest): string {
  const { body } = request
  if (!hasForm(body, PeerNameBody, request))
    throw new MalformedError('REQUEST_INVALID', 'The body must hold peer, and nothing else.')
  return body.peer
}
