import * as Type from 'typebox'
import { NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { feedPage } from '../pages/network/feed.ts'
import { feedsPage } from '../pages/network/feeds.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { answered, problems } from '../../contract/described.ts'
import { FeedDetailBody, FeedsBody } from '../../contract/feed-status.ts'
import { ProofBody } from '../../contract/inclusion-proof.ts'

const key = Type.String({ pattern: '^[0-9a-fA-F]{64}$' })
/** hypercore counts blocks in 40 bits. */
const MAX_SEQUENCE = 2 ** 40

/** Own feeds and those of others: how far they are here, and what proves it. */
export function addFeedRoutes(app: App, repository: NodeRepository): void {
  app.get(
    '/feeds',
    {
      schema: {
        operationId: 'listFeeds',
        summary: 'Every feed that this node writes, copies or was offered',
        tags: ['feeds'],
        querystring: NoQuery,
        response: { 200: answered(FeedsBody, 'All of them'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const feeds = await repository.feeds()
      return asHtml ? sendHtml(reply, feedsPage(feeds)) : sendJson(reply, FeedsBody, feeds)
    },
  )

  app.get<{ Params: { key: string } }>(
    '/feeds/:key',
    {
      schema: {
        operationId: 'getFeed',
        summary: 'One feed: heads as peers said them, evidence, holes, entries of no use',
        tags: ['feeds'],
        params: Type.Object({ key }),
        querystring: NoQuery,
        response: { 200: answered(FeedDetailBody, 'All that is known of it'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const feed = await repository.feed(request.params.key)
      if (feed === undefined) throw noFeed()
      return asHtml ? sendHtml(reply, feedPage(feed)) : sendJson(reply, FeedDetailBody, feed)
    },
  )

  app.get<{ Params: { key: string; sequence: string } }>(
    '/feeds/:key/proof/:sequence',
    {
      schema: {
        operationId: 'getProof',
        summary: 'Proof that a block stands in a feed; countersign verify-proof checks it offline',
        tags: ['feeds'],
        params: Type.Object({ key, sequence: Type.String({ pattern: '^[0-9]{1,13}$' }) }),
        querystring: NoQuery,
        response: { 200: answered(ProofBody, 'Whoever reads it needs nothing else'), ...problems },
      },
    },
    async (request, reply) => {
      const sequence = Number(request.params.sequence)
      const proof =
        sequence < MAX_SEQUENCE ? await repository.proof(request.params.key, sequence) : undefined
      if (proof === undefined)
        throw new NotFoundError(
          'PROOF_NOT_FOUND',
          'This node has no such feed, or not that block of it with the tree above it; GET /feeds says what it has.',
        )
      return sendJson(reply.header('cache-control', 'no-store'), ProofBody, proof)
    },
  )
}

const noFeed = (): NotFoundError =>
  new NotFoundError(
    'FEED_NOT_FOUND',
    'This node knows no such feed; GET /feeds lists those it does.',
  )
