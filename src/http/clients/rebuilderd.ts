import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { MalformedError, NotFoundError } from '../../base/errors.ts'
import { isHex } from '../../base/fingerprint.ts'
import { isoTime } from '../../base/iso-time.ts'
import type { LinkRecord } from '../../contract/link-answer.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { baseUrl } from '../transport/base-url.ts'
import { sendCertification } from '../answers/certification-file.ts'
import { sendJson } from '../answers/responses.ts'
import { answered, problems } from '../../contract/described.ts'
import { LinkBody, type Package, PackagesBody, PublicKeysBody } from '../../contract/rebuilderd.ts'

/** As of rebuilderd. */
const LIMIT = 1000

const PREFIXES = [
  { prefix: '/rebuilders/:fingerprint/api/v1', suffix: 'OfRebuilder' },
  { prefix: '/api/v1', suffix: '' },
] as const

interface Named {
  Params: { fingerprint?: string; build?: string; artifact?: string }
  Querystring: Record<string, string | string[]>
}

/**
 * rebuilderd's API v1 to read (`contrib/docs/rebuilderd-v1.yml` of 0.28), for one rebuilder, so that repro-threshold can be pointed
 * at a node: below `/rebuilders/{fingerprint}`, and below `/` of a host whose first labels are the fingerprint (32 digits and
 * 32), because that client counts one vote for each host.
 */
export function addRebuilderdRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  for (const { prefix, suffix } of PREFIXES) {
    const schema = (operation: string, summary: string, body: TSchema) => ({
      operationId: `${operation}${suffix}`,
      summary,
      tags: ['rebuilderd'],
      response: { 200: answered(body, 'As rebuilderd has it'), ...problems },
    })
    app.get<Named>(
      `${prefix}/packages/binary`,
      {
        schema: schema(
          'listRebuilderdPackages',
          'Packages that a rebuilder could make again',
          PackagesBody,
        ),
      },
      async (request, reply) => {
        const base = baseUrl(request, publicUrl)
        const question = questionOf(request)
        const isNone = ORIGINS.some((name) => request.query[name] !== undefined)
        const found = isNone ? [] : await repository.links(question)
        const records = found.map((link) => recordOf(link, base))
        return sendJson(reply, PackagesBody, { total: records.length, records })
      },
    )
    app.get<Named>(
      `${prefix}/builds/:build/artifacts/:artifact/attestation`,
      { schema: schema('getRebuilderdLink', 'A link', LinkBody) },
      async (request, reply) => sendLink(repository, request, reply),
    )
    app.get<Named>(
      `${prefix}/meta/public-keys`,
      { schema: schema('getRebuilderdKeys', "A rebuilder's key", PublicKeysBody) },
      async (request, reply) => {
        const key = await repository.key(rebuilderOf(request))
        if (key?.startsWith('-----BEGIN PUBLIC KEY-----') !== true)
          throw new NotFoundError(
            'KEY_NOT_FOUND',
            'This rebuilder has no key for in-toto links here.',
          )
        return sendJson(reply, PublicKeysBody, { current: [key] })
      },
    )
  }
}

async function sendLink(
  repository: NodeRepository,
  request: FastifyRequest<Named>,
  reply: FastifyReply,
) {
  const [build, artifact] = [numberOf(request.params.build), numberOf(request.params.artifact)]
  const none = new NotFoundError('CERTIFICATION_NOT_FOUND', 'This rebuilder has no such link here.')
  if (build === undefined || artifact === undefined) throw none
  const id = await repository.link(rebuilderOf(request), { build, artifact })
  if (id === undefined) throw none
  return sendCertification(repository, id, { request, reply, type: 'application/json' })
}

/** Of these a link says nothing. */
const ORIGINS = ['release', 'component'] as const
/** Records come in the order of their numbers, and in no other. */
const ORDERS = ['before', 'sort', 'direction'] as const

function questionOf(request: FastifyRequest<Named>) {
  const rebuilder = rebuilderOf(request)
  const one = (name: string): string | undefined => {
    const value = request.query[name]
    if (Array.isArray(value)) throw new MalformedError('QUERY_INVALID', `${name} is there twice.`)
    return value
  }
  const order = ORDERS.find((name) => request.query[name] !== undefined)
  if (order !== undefined)
    throw new MalformedError(
      'QUERY_INVALID',
      `Packages come in the order of their numbers here: leave ${order} away.`,
    )
  const number = (name: string): number | undefined => {
    const text = one(name)
    const value = numberOf(text)
    if (text !== undefined && value === undefined)
      throw new MalformedError('QUERY_INVALID', `${name} is a whole number from 0 to 2147483647.`)
    return value
  }
  return {
    rebuilder,
    name: one('name'),
    version: one('version'),
    architecture: one('architecture'),
    distribution: one('distribution'),
    after: number('after'),
    limit: Math.min(number('limit') ?? LIMIT, LIMIT),
  }
}

const numberOf = (text: string | undefined): number | undefined => {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : undefined
  return value !== undefined && value < 2 ** 31 ? value : undefined
}

/** @throws MalformedError PATH_INVALID */
function rebuilderOf({ params: { fingerprint }, hostname }: FastifyRequest<Named>): string {
  const [first = '', second = ''] = hostname.split('.')
  const named = fingerprint ?? `${first}${second}`
  if (isHex(named, 64)) return named.toUpperCase()
  throw new MalformedError(
    'PATH_INVALID',
    'Name the rebuilder by its whole fingerprint: /rebuilders/{fingerprint}/api/v1/…, or a host like {32 digits}.{32 digits}.node.example.',
  )
}

/** Links say nothing of releases and components; they are of what could be made again, so every one is good. */
function recordOf(link: LinkRecord, base: string): Package {
  const { build, artifact, id, product, version, architecture, distribution, acceptedAt } = link
  return {
    id: build,
    name: product,
    version,
    distribution,
    release: null,
    component: null,
    architecture: architecture ?? '',
    url: `${base}/certifications/${id}`,
    status: 'GOOD',
    build_id: build,
    artifact_id: artifact,
    diffoscope_log_id: null,
    attestation_log_id: artifact,
    // chrono's NaiveDateTime
    last_seen: isoTime(acceptedAt).replace('Z', ''),
    seen_in_last_sync: true,
  }
}
