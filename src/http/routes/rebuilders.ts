import { Type } from 'typebox'
import { MalformedError, NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { baseUrl } from '../transport/base-url.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { rebuilderPage } from '../pages/rebuilder/rebuilder.ts'
import { rebuildersPage } from '../pages/rebuilder/rebuilders.ts'
import { linkNext, pageOf } from '../transport/paging.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { NoQuery, PageQuery } from '../../contract/query-schemas.ts'
import { RebuilderDetailBody } from '../../contract/rebuilder-schemas.ts'
import { problems, RebuilderBody } from '../../contract/schemas.ts'

const FINGERPRINT = /^(?:0x)?((?:[\da-f]{40}|[\da-f]{64}))$/i

/** Who has certified, how much, and what others say of the same artifacts. */
export function addRebuilderRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  const hasPolicy = (): boolean => repository.naming().operators.length > 0
  app.get<{ Querystring: PageQuery }>(
    '/rebuilders',
    {
      schema: {
        summary: 'All rebuilders',
        tags: ['rebuilders'],
        querystring: PageQuery,
        response: { 200: Type.Array(RebuilderBody), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const page = await repository.rebuilders(pageOf(request.query, asHtml))
      const next = linkNext(request, reply, page)
      return asHtml
        ? sendHtml(reply, rebuildersPage(page, { next, hasPolicy: hasPolicy() }))
        : sendJson(reply, page.items)
    },
  )

  app.get<{ Params: { fingerprint: string } }>(
    '/rebuilders/:fingerprint',
    {
      schema: {
        summary: 'One rebuilder: its keys, how active it is, and where others say otherwise',
        tags: ['rebuilders'],
        params: Type.Object({ fingerprint: Type.String() }),
        querystring: NoQuery,
        response: { 200: RebuilderDetailBody, ...problems },
      },
    },
    async (request, reply) => {
      const fingerprint = FINGERPRINT.exec(request.params.fingerprint)?.[1]?.toUpperCase()
      if (fingerprint === undefined) {
        throw new MalformedError(
          'PATH_INVALID',
          'A rebuilder is named by the whole fingerprint of the primary key.',
        )
      }
      const asHtml = negotiatesHtml(request, reply)
      const rebuilder = await repository.rebuilder(fingerprint)
      if (rebuilder === undefined) {
        throw new NotFoundError('REBUILDER_NOT_FOUND', 'Nothing here was certified with that key.')
      }
      return asHtml
        ? sendHtml(
            reply,
            rebuilderPage(rebuilder, {
              base: baseUrl(request, publicUrl),
              hasPolicy: hasPolicy(),
            }),
          )
        : sendJson(reply, rebuilder)
    },
  )
}
