import { Type } from 'typebox'
import { ALGORITHMS, HEX_LENGTH } from '../../certification/artifact.ts'
import { MalformedError } from '../../errors.ts'
import type { NodeRepository } from '../../repository/node-repository.ts'
import type { App } from '../app.ts'
import { negotiatesHtml } from '../negotiation.ts'
import { DEFAULT_HTML_PAGE, DEFAULT_PAGE, pageOf } from '../paging.ts'
import { ArtifactsQuery, PageQuery, problems, SummariesBody } from '../schemas.ts'
import { sendSummaries } from '../summaries.ts'

const response = {
  200: { ...SummariesBody, description: 'Paged by Link: rel="next"' },
  ...problems,
}

/** Who certified these bytes, by checksum or by name. */
export function addArtifactRoutes(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: ArtifactsQuery }>(
    '/artifacts',
    {
      schema: {
        summary: 'Find by artifact name',
        tags: ['artifacts'],
        querystring: ArtifactsQuery,
        response,
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const paging = pageOf(request.query, asHtml ? DEFAULT_HTML_PAGE : DEFAULT_PAGE)
      return sendSummaries(
        { request, reply },
        await repository.artifactsByName(request.query.name, paging),
        asHtml,
      )
    },
  )

  app.get<{ Params: { algorithm: string; hex: string }; Querystring: PageQuery }>(
    '/artifacts/:algorithm/:hex',
    {
      schema: {
        summary: 'Find by artifact checksum',
        tags: ['artifacts'],
        params: Type.Object({
          algorithm: Type.String({ description: ALGORITHMS.join(', ') }),
          hex: Type.String(),
        }),
        querystring: PageQuery,
        response,
      },
    },
    async (request, reply) => {
      const { algorithm, hex } = request.params
      const known = ALGORITHMS.find((name) => name === algorithm.toLowerCase())
      if (known === undefined || hex.length !== HEX_LENGTH[known] || !/^[\da-f]+$/i.test(hex)) {
        throw new MalformedError(
          'PATH_INVALID',
          `Give ${ALGORITHMS.join(', ')} and a checksum of that length in hex.`,
        )
      }
      const asHtml = negotiatesHtml(request, reply)
      const { after, limit } = pageOf(request.query, asHtml ? DEFAULT_HTML_PAGE : DEFAULT_PAGE)
      const page = await repository.find({
        [known]: hex.toLowerCase(),
        limit,
        ...(after !== undefined && { after }),
      })
      return sendSummaries({ request, reply }, page, asHtml)
    },
  )
}
