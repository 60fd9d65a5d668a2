import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { withheldPage } from '../pages/elements/withheld.ts'
import { linkNext, pageOf } from '../transport/paging.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { PageQuery } from '../../contract/query-schemas.ts'
import { answered, problems } from '../../contract/described.ts'
import { WithheldBody } from '../../contract/withheld-answers.ts'

/** What this node does not keep any more: never a secret. */
export function addWithheldRoutes(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: PageQuery }>(
    '/withheld',
    {
      schema: {
        operationId: 'listWithheld',
        summary: 'What this node withholds, and why',
        tags: ['certifications'],
        querystring: PageQuery,
        response: {
          200: answered(WithheldBody, 'Paged by Link: rel="next"'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const page = await repository.listWithheld(pageOf(request.query, asHtml))
      const next = linkNext(request, reply, page)
      return asHtml
        ? sendHtml(reply, withheldPage(page, next))
        : sendJson(reply, WithheldBody, page.items)
    },
  )
}
