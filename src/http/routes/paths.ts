import * as Type from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MalformedError, NotFoundError } from '../../base/errors.ts'
import type { NodeRepository, Resolved } from '../../contract/node-repository.ts'
import type { Page } from '../../contract/repository.ts'
import type { CertificationDetail } from '../../contract/certification.ts'
import type { App } from '../transport/app.ts'
import { agreementAt } from '../answers/artifact-pictures.ts'
import { sendCertification, sendSignature, withheldError } from '../answers/certification-file.ts'
import { asksAsOldSbt, sendFolder, sendSbtListing } from './sbt.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { comparedPath, listingPage } from '../pages/agreement/listing.ts'
import { linkNext, pageOf } from '../transport/paging.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { bodyOf } from '../transport/request-body.ts'
import { segmentsBelow } from '../transport/request-path.ts'
import { sendHtml, sendJson, sendText } from '../answers/responses.ts'
import { shareOf } from '../../base/address-share.ts'
import { PageQuery } from '../../contract/query-schemas.ts'
import { sendSummaries } from '../answers/summaries.ts'
import { noteWithheld } from '../transport/withheld-header.ts'
import { sendOutcomes } from './submissions.ts'
import { answered, bare, BYTES, media, problems } from '../../contract/described.ts'
import { ListingBody, SeveralBody, type ListingEntry } from '../../contract/listing.ts'
import { KeptBody, OutcomeBody } from '../../contract/submission.ts'

/** `GET` and `PUT` of everything below a collection. The router only finds the collection; the path is read raw. */
export function addPathRoutes(app: App, repository: NodeRepository): void {
  for (const { name } of repository.collections) {
    const config = { collection: name }
    const read = async (
      request: FastifyRequest<{ Querystring: PageQuery }>,
      reply: FastifyReply,
    ) => {
      const segments = segmentsBelow(request.raw.url ?? '', 1)
      const resolved = await repository.resolve(name, segments)
      if (resolved === undefined) {
        const withheld = await repository.withheldAt(name, segments)
        if (withheld !== undefined) throw withheldError(withheld)
        throw new NotFoundError('PATH_NOT_FOUND', 'Nothing is kept under this path.')
      }
      return sendResolved({ repository, collection: name, segments }, resolved, { request, reply })
    }
    app.get<{ Querystring: PageQuery }>(`/${name}`, { config, schema: listingSchema }, read)
    app.get<{ Querystring: PageQuery }>(`/${name}/*`, { config, schema: pathSchema }, read)
    app.put(
      `/${name}/*`,
      { config: { ...config, takes: BYTES }, schema: putSchema },
      async (request, reply) => {
        const segments = segmentsBelow(request.raw.url ?? '', 1)
        if (segments.length === 0)
          throw new MalformedError('PATH_INVALID', 'Name a path below the collection.')
        const address = shareOf(request.ip)
        const outcome = await repository.put({
          collection: name,
          segments,
          bytes: bodyOf(request),
          address,
        })
        if (outcome.kind === 'submitted') return sendOutcomes(reply, outcome.outcomes)
        const kept = outcome.kind === 'kept'
        return sendJson(reply.code(kept ? 202 : 200), KeptBody, {
          collection: name,
          outcome: outcome.kind,
        })
      },
    )
  }
}

const PutBody = Type.Union([OutcomeBody, KeptBody], { title: 'PutOutcome' })

interface Place {
  readonly repository: NodeRepository
  readonly collection: string
  readonly segments: readonly string[]
}
interface Exchange {
  readonly request: FastifyRequest<{ Querystring: PageQuery }>
  readonly reply: FastifyReply
}

async function sendResolved(place: Place, resolved: Resolved, exchange: Exchange) {
  const { repository, collection, segments } = place
  const { request, reply } = exchange
  switch (resolved.kind) {
    case 'file':
      return sendCertification(repository, resolved.id, exchange)
    case 'signature':
      return sendSignature(repository, resolved.id, exchange)
    case 'checksum':
      return sendText(reply.header('cache-control', 'max-age=60'), resolved.hex)
    case 'several':
      return sendSeveral(place, resolved.ids, exchange)
    case 'sbt':
      return sendSbtListing(
        exchange,
        await repository.sbtListing(collection, segments.slice(0, -1)),
      )
    case 'listing':
      break
  }
  const withheld = await repository.withheldBelow(collection, segments)
  noteWithheld(reply, withheld)
  if (asksAsOldSbt(request))
    return sendFolder(exchange, await repository.sbtListing(collection, segments))
  const asHtml = negotiatesHtml(request, reply)
  const paging = pageOf(request.query, asHtml)
  const versions = asHtml ? await repository.versions(collection, segments, paging) : undefined
  const page = versions ?? (await repository.list(collection, segments, paging))
  const next = linkNext(request, reply, page)
  if (!asHtml) return sendJson(reply, ListingBody, page.items)
  const certifications = await certificationsOn(repository, page)
  const names = await namesOf(
    repository,
    [...certifications.values()].map(({ rebuilder }) => rebuilder),
  )
  const dialect = repository.collections.find(({ name }) => name === collection)?.dialect ?? ''
  const isSorted = versions?.isSorted ?? false
  const status = page.items.length === 0 ? await repository.status() : undefined
  const here = comparedPath([collection, ...segments], { dialect, certifications })
  const agreement = here && (await agreementAt(repository, here))
  const compared = here && { segments: here, artifacts: agreement?.artifacts ?? [] }
  const listed = {
    dialect,
    page,
    isSorted,
    certifications,
    names,
    next,
    withheld,
    status,
    compared,
    hasPolicy: repository.namedOperators().operators.length > 0,
  }
  return sendHtml(reply, listingPage([collection, ...segments], listed))
}

/** Artifacts that are read for one page: documents can be large. Rows behind them stay short. */
const READ_ARTIFACTS = 50_000

async function certificationsOn(repository: NodeRepository, { items }: Page<ListingEntry>) {
  const found = new Map<string, CertificationDetail>()
  let read = 0
  for (const { id } of items) {
    if (id === undefined || found.has(id)) continue
    const detail = read < READ_ARTIFACTS ? await repository.certification(id) : undefined
    if (detail === undefined) continue
    found.set(id, detail)
    read += detail.artifacts.length
  }
  return found
}

/** An alias that several certifications claim: 300, and all of them. */
async function sendSeveral(
  { repository, collection, segments }: Place,
  ids: readonly string[],
  { request, reply }: Exchange,
) {
  const details = await Promise.all(ids.map((id) => repository.certification(id)))
  const found = details.filter((detail) => detail !== undefined)
  reply.code(300)
  if (negotiatesHtml(request, reply)) {
    const asked = {
      title: 'Several certifications claim this path',
      conditions: [['path', [collection, ...segments].join('/')]],
      otherwise: '',
    } as const
    return sendSummaries({ repository, request, reply }, { items: found }, asked)
  }
  return sendJson(
    reply,
    SeveralBody,
    found.map(({ id, url, path, state, rebuilder }) => ({ id, url, path, state, rebuilder })),
  )
}

const listingSchema = {
  operationId: 'listCollection',
  summary: 'List a collection',
  tags: ['collections'],
  querystring: PageQuery,
  response: {
    200: answered(ListingBody, 'Paged by Link: rel="next"; HTML for a browser'),
    ...problems,
  },
}

const pathSchema = {
  operationId: 'getPath',
  summary: 'A certification, its signature or a listing',
  tags: ['collections'],
  querystring: PageQuery,
  response: {
    200: {
      description: 'The bytes of a file; for anything else a listing',
      content: {
        ...media('text/plain', '').content,
        'application/json': { schema: ListingBody },
      },
    },
    300: answered(SeveralBody, 'Several certifications claim this alias'),
    304: bare('Not modified'),
    ...problems,
  },
}

const putSchema = {
  operationId: 'putPath',
  summary: 'Put a certification, its .asc, .sha1 or .md5 into a collection',
  tags: ['collections'],
  response: {
    201: answered(OutcomeBody, 'Kept for good'),
    200: answered(PutBody, 'It was here already, or is what the document says'),
    202: answered(PutBody, 'It waits for what belongs to it'),
    ...problems,
  },
}
