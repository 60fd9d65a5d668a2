import * as Type from 'typebox'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { searchPage } from '../pages/elements/search-box.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { search } from '../search/search.ts'
import { answered, bare, problems } from '../../contract/described.ts'
import { SearchBody } from '../../contract/listing.ts'

const SearchQuery = Type.Object(
  { q: Type.String({ maxLength: 512 }) },
  { additionalProperties: false },
)
/** `GET /search?q=`: takes anything, and sends a browser straight to what alone is meant. */
export function addSearchRoute(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: Type.Static<typeof SearchQuery> }>(
    '/search',
    {
      schema: {
        operationId: 'search',
        summary: 'A package, version, file name, checksum, fingerprint or id',
        querystring: SearchQuery,
        response: {
          200: answered(SearchBody, 'What may be meant'),
          302: bare('A browser, if one thing alone is meant'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      // forms and many programs write a blank as +, which elsewhere stands for itself
      const asHtml = negotiatesHtml(request, reply)
      const query = request.query.q.replaceAll('+', ' ').trim()
      const exact = await search(repository, request.query.q)
      const isAnswered = exact.hits.length > 0 || query === request.query.q
      const answer = isAnswered ? exact : await search(repository, query)
      if (!asHtml) return sendJson(reply, SearchBody, answer)
      const [only, ...others] = answer.hits
      if (only !== undefined && others.length === 0) return reply.redirect(only.url)
      const status = only === undefined ? await repository.status() : undefined
      return sendHtml(reply, searchPage(query, answer, status))
    },
  )
}
