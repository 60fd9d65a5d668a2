import type { Waiting } from '../../contract/submission.ts'
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isKnown } from './entity-tag.ts'
import { NotFoundError, WithheldError } from '../../base/errors.ts'
import type { NodeRepository, Served } from '../../contract/node-repository.ts'
import type { WithheldSummary } from '../../contract/withheld-answers.ts'

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** `text/plain; charset=utf-8` if absent. */
  readonly type?: string
}

/** Short, so that a withheld certification leaves the caches soon. */
const CACHE = 'public, max-age=60'

/**
 * The bytes of a certification, whatever the client likes to accept.
 * @throws NotFoundError CERTIFICATION_NOT_FOUND; WithheldError
 */
export async function sendCertification(
  repository: NodeRepository,
  id: string,
  { request, reply, type }: Exchange,
) {
  const served = await servedOf(repository, id)
  return sendBytes(request, reply, { id, bytes: served.bytes, file: served.file, type })
}

/**
 * The detached signature of a certification.
 * @throws NotFoundError CERTIFICATION_NOT_FOUND, SIGNATURE_NOT_FOUND; WithheldError
 */
export async function sendSignature(
  repository: NodeRepository,
  id: string,
  { request, reply }: Exchange,
) {
  const { signature, file } = await servedOf(repository, id)
  if (signature === undefined)
    throw new NotFoundError(
      'SIGNATURE_NOT_FOUND',
      'This certification carries its signature in itself.',
    )
  return sendBytes(request, reply, { id, bytes: signature, file: `${file}.asc` })
}

async function servedOf(repository: NodeRepository, id: string): Promise<Served> {
  const served = await repository.served(id)
  if (served === undefined) throw await absent(repository, id)
  return served
}

/** Why there is nothing to send: it is withheld, or it never came. */
export async function absent(
  repository: NodeRepository,
  id: string,
): Promise<WithheldError | NotFoundError> {
  const withheld = await repository.withheld(id)
  if (withheld !== undefined) return withheldError(withheld)
  const waiting = await repository.waitingById(id)
  return waiting === undefined
    ? new NotFoundError('CERTIFICATION_NOT_FOUND', 'This node has no such certification.')
    : new NotFoundError('CERTIFICATION_WAITING', whyItWaits(waiting))
}

const whyItWaits = ({ since, expires, next }: Waiting): string =>
  `It waits here${since === undefined ? '' : ` since ${since}`}, until ${expires}: nobody has verified it yet. ${next}`

export const withheldError = ({ id, reason, code, at, feed }: WithheldSummary): WithheldError =>
  new WithheldError({ id, reason, code, at, feed })

function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    id,
    bytes,
    file,
    type = 'text/plain; charset=utf-8',
  }: {
    readonly id: string
    readonly bytes: Uint8Array
    readonly file: string
    readonly type?: string | undefined
  },
) {
  const etag = entityTag(id, bytes)
  reply.header('etag', etag).header('cache-control', CACHE)
  if (isKnown(etag, request)) return reply.code(304).send()
  reply.header('content-disposition', disposition(file))
  return reply.header('content-type', type).send(bytes)
}

const tags = new WeakMap<Uint8Array, string>()

/** Strong: an id can come in other bytes (another variant of it), so the tag says which. */
function entityTag(id: string, bytes: Uint8Array): string {
  const known = tags.get(bytes)
  if (known !== undefined) return known
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const tag = `"${id}-${digest}"`
  tags.set(bytes, tag)
  return tag
}

/** RFC 6266: shown in a browser, saved under its own name. */
function disposition(file: string): string {
  if (/^[A-Za-z0-9._~+-]+$/.test(file)) return `inline; filename="${file}"`
  const plain = file.replace(/[^A-Za-z0-9._~+-]/g, '_')
  const exact = encodeURIComponent(file).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `inline; filename="${plain}"; filename*=UTF-8''${exact}`
}
