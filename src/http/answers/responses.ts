import type { FastifyReply, FastifyRequest } from 'fastify'
import { DiskUnwritableError, diskSentence } from '../../base/disk-error.ts'
import { type Code, CountersignError, WithheldError } from '../../base/errors.ts'
import type { Advice } from '../search/search-advice.ts'
import { prefersHtml } from '../transport/negotiation.ts'
import { problemPage } from '../pages/problem.ts'
import type { TSchema } from 'typebox'
import type { Problem } from '../../contract/problem.ts'
import type { ValueOf } from '../../contract/schema.ts'

/** The HTTP status of every code: a new code does not compile without an answer here. */
export const STATUS: Readonly<Record<Code, number>> = {
  BODY_EMPTY: 400,
  ARMOR_SYNTAX: 400,
  MESSAGES_SEVERAL: 400,
  MESSAGE_NOT_CLEARSIGNED: 400,
  SIGNATURE_MISSING: 400,
  SIGNATURE_SYNTAX: 400,
  SIGNATURE_UNSUPPORTED: 400,
  BUILDINFO_SYNTAX: 400,
  BUILDINFO_FIELD_MISSING: 400,
  BUILDINFO_FIELD_INVALID: 400,
  KEY_SYNTAX: 400,
  KEY_UNUSABLE: 400,
  ENTRY_SYNTAX: 400,
  CHECKSUM_MISMATCH: 400,
  PATH_INVALID: 400,
  NAME_MISMATCH: 400,
  QUERY_INVALID: 400,
  REQUEST_INVALID: 400,
  FILE_INVALID: 400,
  FILE_CHANGED: 400,
  SIGNATURE_INVALID: 403,
  SIGNER_UNAUTHORIZED: 403,
  TOO_LARGE: 413,
  KEY_TOO_COSTLY: 413,
  REBUILDER_REFUSED: 403,
  RATE_EXCEEDED: 429,
  ASKER_GONE: 408,
  WAITING_FULL: 503,
  READ_ONLY: 405,
  BEHIND: 503,
  METHOD_NOT_ALLOWED: 405,
  HOST_REFUSED: 421,
  ORIGIN_REFUSED: 403,
  ENCODING_REFUSED: 415,
  CLOSING: 503,
  WITHHELD: 410,
  COLLECTION_UNKNOWN: 404,
  PATH_NOT_FOUND: 404,
  CERTIFICATION_NOT_FOUND: 404,
  CERTIFICATION_WAITING: 404,
  SIGNATURE_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  REBUILDER_NOT_FOUND: 404,
  FEED_NOT_FOUND: 404,
  PROOF_NOT_FOUND: 404,
  DATA_IN_USE: 503,
  DATA_FORMAT_UNKNOWN: 500,
  JOURNAL_MISMATCH: 500,
  FEED_CORRUPT: 500,
  DISK: 500,
  DISK_FULL: 507,
  NODE_UNREACHABLE: 502,
  ANSWER_UNEXPECTED: 502,
  TIMED_OUT: 408,
  USAGE: 500,
  SETTING_UNKNOWN: 500,
  SETTING_INVALID: 500,
  LISTEN_FAILED: 500,
  POLICY_INVALID: 500,
}

const BUG_DETAIL = 'Something went wrong inside this node. Its log says what.'

/** `SIGNATURE_INVALID` as people read it: `Signature invalid`. */
function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const isOurs = (error: unknown): error is CountersignError => error instanceof CountersignError

/** The answer to a failure. What a disk or a setting says stays in the log. */
export function problemOf(error: unknown): Problem {
  if (!isOurs(error)) {
    const title = 'Internal error'
    return { type: 'about:blank', title, status: 500, code: 'BUG', detail: BUG_DETAIL }
  }
  const status = STATUS[error.code]
  const detail = detailOf(error, status)
  return {
    type: `urn:countersign:${error.code}`,
    title: titleOf(error.code),
    status,
    code: error.code,
    detail,
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
    ...(error instanceof DiskUnwritableError && { cause: error.errno }),
    ...(error instanceof WithheldError && { withholding: error.withholding }),
  }
}

function detailOf(error: CountersignError, status: number): string {
  if (error instanceof DiskUnwritableError)
    return `${diskSentence(error.errno)} What it has can be read; it takes nothing until it can write again, and then goes on by itself. Send it again later, or to another node.`
  return status === 500 ? BUG_DETAIL : error.message
}

/** Sends `problem` as JSON, or as a page to whoever reads with a browser. */
export function sendProblem(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  problem: Problem,
  advice?: Advice,
) {
  reply.code(problem.status).header('cache-control', 'no-store')
  if (problem.code === 'READ_ONLY') reply.header('allow', 'GET, HEAD, OPTIONS')
  const retryAfter = problem.retryAfter ?? (problem.status === 503 ? 10 : undefined)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  const reading = request.method === 'GET' || request.method === 'HEAD'
  if (reading) reply.header('vary', 'Accept')
  if (reading && prefersHtml(request)) return sendHtml(reply, problemPage(problem, advice))
  // As bytes: to a text fastify would add a charset, which this type does not have (RFC 9457).
  return reply.type('application/problem+json').send(Buffer.from(JSON.stringify(problem)))
}

/** @param _body describes the answer, as `response` of the route does: a value of another form does not compile */
export const sendJson = <S extends TSchema>(
  reply: FastifyReply,
  _body: S,
  value: NoInfer<ValueOf<S>>,
) => reply.type('application/json; charset=utf-8').send(JSON.stringify(value))

export const sendHtml = (reply: FastifyReply, page: string) =>
  reply.type('text/html; charset=utf-8').send(page)

export const sendText = (reply: FastifyReply, text: string) =>
  reply.type('text/plain; charset=utf-8').send(text)
