import * as Type from 'typebox'
import { MalformedError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { Query } from '../../contract/repository.ts'
import type { App } from '../transport/app.ts'
import { absent, sendCertification, sendSignature } from '../answers/certification-file.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { certificationPage } from '../pages/certification/certification.ts'
import type { Asked } from '../pages/certification/certifications.ts'
import { comparedPathOf } from '../pages/elements/references.ts'
import { saidByOthersText } from '../pages/certification/said-by-others.ts'
import { pageOf } from '../transport/paging.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { CertificationsQuery } from '../../contract/query-schemas.ts'
import { sendSummaries } from '../answers/summaries.ts'
import { sendWaiting } from '../answers/waiting-list.ts'
import { noteWithheld } from '../transport/withheld-header.ts'
import {
  DetailBody,
  SummariesBody,
  type CertificationDetail,
} from '../../contract/certification.ts'
import { answered, bare, media, problems } from '../../contract/described.ts'
import { WaitingsBody } from '../../contract/submission.ts'

const NAME = /^([\da-f]{64})(?:\.(asc|json|html))?$/
const Params = Type.Object({
  name: Type.String({ description: '{id}, {id}.asc, {id}.json or {id}.html' }),
})

/** `/certifications`: by any conjunction, and one by its id. */
export function addCertificationRoutes(app: App, repository: NodeRepository): void {
  addFinding(app, repository)
  addOne(app, repository)
}

function addFinding(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: CertificationsQuery }>(
    '/certifications',
    {
      schema: {
        operationId: 'findCertifications',
        summary: 'Find certifications',
        tags: ['certifications'],
        querystring: CertificationsQuery,
        response: {
          200: answered(
            Type.Union([SummariesBody, WaitingsBody], { title: 'Certifications' }),
            'Paged by Link: rel="next"; with state=waiting what waits, and for what',
          ),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply)
      const paging = pageOf(request.query, asHtml)
      const { state, ...asked } = request.query
      if (state === 'waiting')
        return sendWaiting({ repository, request, reply }, asked, { asHtml, ...paging })
      const query = queryOf({ ...asked, ...(state !== undefined && { state }) }, paging)
      const page = await repository.find(query)
      const withheld = (await repository.withheldCount(query)) ?? 0
      noteWithheld(reply, withheld)
      const shown = asHtml ? { ...askedFor(request.query), withheld } : undefined
      return sendSummaries({ repository, request, reply }, page, shown)
    },
  )
}

function addOne(app: App, repository: NodeRepository): void {
  app.get<{ Params: { name: string } }>(
    '/certifications/:name',
    {
      schema: {
        operationId: 'getCertification',
        summary: 'One certification',
        description:
          'Its bytes; with .asc its detached signature; with .json or .html what it says and who signed it.',
        tags: ['certifications'],
        params: Params,
        response: {
          200: {
            description: 'As the suffix says',
            content: {
              ...media('text/plain', '').content,
              'application/json': { schema: DetailBody },
            },
          },
          304: bare('Not modified'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const match = NAME.exec(request.params.name)
      const id = match?.[1]
      if (id === undefined)
        throw new MalformedError(
          'PATH_INVALID',
          'An id is 64 lower-case hex digits; .asc, .json or .html may follow.',
        )
      switch (match?.[2]) {
        case undefined:
          return sendCertification(repository, id, { request, reply })
        case 'asc':
          return sendSignature(repository, id, { request, reply })
        default: {
          const detail = await repository.certification(id)
          if (detail === undefined) throw await absent(repository, id)
          if (match?.[2] === 'json') return sendJson(reply, DetailBody, detail)
          const names = await namesOf(repository, [detail.rebuilder])
          return sendHtml(
            reply,
            certificationPage(detail, names, await standingOf(repository, detail)),
          )
        }
      }
    },
  )
}

/** By the first of its sources. */
async function standingOf(repository: NodeRepository, detail: CertificationDetail) {
  const [collection = '', ...segments] = comparedPathOf(detail) ?? []
  if (segments.length === 0 || !detail.counts) return null
  const said = await repository.saidIfIdle(collection, segments.join('/'), detail.id)
  return said === undefined
    ? null
    : saidByOthersText(said, repository.namedOperators().operators.length > 0)
}

function askedFor({ after: _after, limit: _limit, ...conditions }: CertificationsQuery): Asked {
  const asked = Object.entries(conditions)
  return {
    title: 'Certifications',
    conditions: asked,
    otherwise:
      asked.length === 0
        ? 'Nothing here yet.'
        : 'No certification here fits. All conditions must hold: try fewer, or a file name.',
  }
}

/** Hex in lower case, fingerprints in upper case, as the indexes have them. */
function queryOf(
  query: Omit<CertificationsQuery, 'state'> & Pick<Query, 'state'>,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Query {
  const { sha512, sha256, sha1, md5, rebuilder, collection, source, artifact, state } = query
  return {
    ...(collection !== undefined && { collection }),
    ...(source !== undefined && { source }),
    ...(artifact !== undefined && { artifact }),
    ...(state !== undefined && { state }),
    ...(sha512 !== undefined && { sha512: sha512.toLowerCase() }),
    ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
    ...(sha1 !== undefined && { sha1: sha1.toLowerCase() }),
    ...(md5 !== undefined && { md5: md5.toLowerCase() }),
    ...(rebuilder !== undefined && { rebuilder: fingerprintOf(rebuilder) }),
    ...(after !== undefined && { after }),
    limit,
  }
}

const fingerprintOf = (text: string): string => text.replace(/^0x/i, '').toUpperCase()
