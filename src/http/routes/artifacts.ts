import * as Type from 'typebox'
import { type Algorithm, ALGORITHMS, HEX_LENGTH } from '../../certification/artifacts/artifact.ts'
import { fileNamesOf } from '../../certification/artifact-name.ts'
import { MalformedError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { picturesOf } from '../answers/artifact-pictures.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import type { Asked } from '../pages/certification/certifications.ts'
import { pageOf } from '../transport/paging.ts'
import { ArtifactsQuery, PageQuery } from '../../contract/query-schemas.ts'
import { sendSummaries } from '../answers/summaries.ts'
import { SummariesBody } from '../../contract/certification.ts'
import { answered, problems } from '../../contract/described.ts'

const response = {
  200: answered(SummariesBody, 'Paged by Link: rel="next"'),
  ...problems,
}

/** Who certified these bytes, by checksum or by name. */
export function addArtifactRoutes(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: ArtifactsQuery }>(
    '/artifacts',
    {
      schema: {
        operationId: 'findByArtifactName',
        summary: 'Find by artifact name',
        tags: ['artifacts'],
        querystring: ArtifactsQuery,
        response,
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const paging = pageOf(request.query, asHtml)
      const { name } = request.query
      const page = await repository.artifactsByName(name, paging)
      if (!asHtml) return sendSummaries({ repository, request, reply }, page, undefined)
      const names = fileNamesOf(name)
      const pictures = await picturesOf(repository, page.items, (artifact) =>
        names.some(
          (one) => one.name === artifact.name && (one.group ?? artifact.group) === artifact.group,
        ),
      )
      return sendSummaries({ repository, request, reply }, page, {
        ...askedName(name),
        pictures,
        hasPolicy: repository.namedOperators().operators.length > 0,
      })
    },
  )

  app.get<{ Params: { algorithm: string; hex: string }; Querystring: PageQuery }>(
    '/artifacts/:algorithm/:hex',
    {
      schema: {
        operationId: 'findByChecksum',
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
      if (known === undefined || hex.length !== HEX_LENGTH[known] || !/^[\da-f]+$/i.test(hex))
        throw new MalformedError(
          'PATH_INVALID',
          `Give ${ALGORITHMS.join(', ')} and a checksum of that length in hex.`,
        )
      const asHtml = negotiatesHtml(request, reply)
      const { after, limit } = pageOf(request.query, asHtml)
      const page = await repository.find({
        [known]: hex.toLowerCase(),
        limit,
        ...(after !== undefined && { after }),
      })
      if (!asHtml) return sendSummaries({ repository, request, reply }, page, undefined)
      const pictures = await picturesOf(repository, page.items, ({ groups }) =>
        groups.some(({ checksums }) => checksums[known] === hex.toLowerCase()),
      )
      const asked = askedChecksum(known, hex.toLowerCase())
      return sendSummaries({ repository, request, reply }, page, {
        ...asked,
        pictures,
        hasPolicy: repository.namedOperators().operators.length > 0,
      })
    },
  )
}

const askedName = (name: string): Asked => ({
  title: `Who certified ${name}`,
  conditions: [],
  otherwise:
    'No certification here names it. A name is matched exactly: a file name like hello_2.10-3_amd64.deb, package_version_architecture, or group:artifact:version.',
})

const askedChecksum = (algorithm: Algorithm, hex: string): Asked => ({
  title: `Who certified the artifact with ${algorithm} ${hex.slice(0, 16)}…`,
  conditions: [[algorithm, hex]],
  otherwise:
    'Nobody certified these very bytes here. Look for the file name: somebody may have certified others under it.',
})
