import { readFingerprint } from '../../base/fingerprint.ts'
import * as Type from 'typebox'
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
import { answered, problems } from '../../contract/described.ts'
import { RebuilderDetailBody } from '../../contract/rebuilder-detail.ts'
import { RebuildersBody } from '../../contract/rebuilder-summary.ts'

/** Who has certified, how much, and what others say of the same artifacts. */
export function addRebuilderRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  const hasPolicy = (): boolean => repository.namedOperators().operators.length > 0
  app.get<{ Querystring: PageQuery }>(
    '/rebuilders',
    {
      schema: {
        operationId: 'listRebuilders',
        summary: 'All rebuilders',
        tags: ['rebuilders'],
        querystring: PageQuery,
        response: { 200: answered(RebuildersBody, 'Paged by Link: rel="next"'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const page = await repository.rebuilders(pageOf(request.query, asHtml))
      const next = linkNext(request, reply, page)
      return asHtml
        ? sendHtml(reply, rebuildersPage(page, { next, hasPolicy: hasPolicy() }))
        : sendJson(reply, RebuildersBody, page.items)
    },
  )

  app.get<{ Params: { fingerprint: string } }>(
    '/rebuilders/:fingerprint',
    {
      schema: {
        operationId: 'getRebuilder',
        summary: 'One rebuilder: its keys, how active it is, and where others say otherwise',
        tags: ['rebuilders'],
        params: Type.Object({ fingerprint: Type.String() }),
        querystring: NoQuery,
        response: { 200: answered(RebuilderDetailBody, 'What is known of it'), ...problems },
      },
    },
    async (request, reply) => {
      const fingerprint = readFingerprint(request.params.fingerprint)
      if (fingerprint === undefined)
        throw new MalformedError(
          'PATH_INVALID',
          'A rebuilder is named by the whole fingerprint of the primary key.',
        )
      const asHtml = negotiatesHtml(request, reply)
      const rebuilder = await repository.rebuilder(fingerprint)
      if (rebuilder === undefined)
        throw new NotFoundError('REBUILDER_NOT_FOUND', 'Nothing here was certified with that key.')
      return asHtml
        ? sendHtml(
            reply,
            rebuilderPage(rebuilder, {
              base: baseUrl(request, publicUrl),
              hasPolicy: hasPolicy(),
            }),
          )
        : sendJson(reply, RebuilderDetailBody, rebuilder)
    },
  )
}
