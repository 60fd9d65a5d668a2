import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import {
  AdmissionError,
  CountersignError,
  MalformedError,
  NetworkError,
  NotFoundError,
} from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { adviceFor } from '../search/search-advice.ts'
import { prefersHtml } from '../transport/negotiation.ts'
import type { Problem } from '../../contract/problem.ts'
import { problemOf, sendProblem } from './responses.ts'

/** An error that fastify or one of its plugins made. */
interface FrameworkError extends Error {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: readonly {
    readonly keyword: string
    readonly params: unknown
    readonly instancePath: string
  }[]
}

/** Turns whatever was thrown into an error of ours, where it is one that a client caused. */
export function translate(error: unknown): unknown {
  if (error instanceof CountersignError || !(error instanceof Error)) return error
  const { code, statusCode, validation }: FrameworkError = error
  if (validation !== undefined) return new MalformedError('QUERY_INVALID', explain(validation))
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new MalformedError(
      'PATH_INVALID',
      'The path holds a bad escape, or a name that is too long.',
    )
  if (statusCode === 413)
    return new AdmissionError('TOO_LARGE', 'The body is larger than this node takes.')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new MalformedError(
      'REQUEST_INVALID',
      'The request is not well-formed HTTP, or ended too early.',
    )
  return error
}

function explain(validation: NonNullable<FrameworkError['validation']>): string {
  const [first] = validation
  if (first === undefined) return 'A parameter is not as it should be.'
  const params = first.params
  const named = (key: string): string | undefined => {
    if (typeof params !== 'object' || params === null) return undefined
    const value: unknown = Reflect.get(params, key)
    return typeof value === 'string' ? value.slice(0, 64) : undefined
  }
  switch (first.keyword) {
    case 'additionalProperties':
      return `There is no parameter ${named('additionalProperty') ?? ''} here; openapi.json names those there are.`
    case 'required':
      return `The parameter ${named('missingProperty') ?? ''} is missing.`
    case 'type':
      return `Give the parameter ${first.instancePath.slice(1, 65)} once.`
    default:
      return `The parameter ${first.instancePath.slice(1, 65)} does not have the form that openapi.json gives.`
  }
}

/**
 * The frames of a stack without its first lines, which can quote bytes of a client.
 * Those go to the log at debug only.
 */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  return error.stack.split('\n').filter((line) => /^ {4}at /.test(line))
}

/** The same for the public door: whoever reads with a browser and found nothing gets advice. */
export async function answerWithAdvice(
  repository: NodeRepository,
  thrown: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
) {
  const isLost = thrown instanceof NotFoundError && prefersHtml(request)
  if (!isLost) return answerFailure(thrown, request, reply)
  const advice = await adviceFor(repository, request.raw.url ?? '')
  return sendProblem({ request, reply }, problemOf(thrown), advice)
}

/** Answers every failure of a route, and logs those that are ours. */
export function answerFailure(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = translate(thrown)
  const problem = problemOf(error)
  if (problem.status === 500) {
    const name = error instanceof Error ? error.name : typeof error
    request.log.error({ name, code: problem.code, frames: framesOf(error) }, 'a request failed')
    request.log.debug({ err: error, url: request.raw.url }, 'the request that failed')
  }
  return sendProblem({ request, reply }, problem)
}

/** What node's parser refuses before there is a request: answered by hand, and cut. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  cut(socket, readClientError(error.code))
}

/** A body that has stalled: answered by hand, and cut. */
export function answerTooSlow(socket: Socket): void {
  cut(socket, { line: '408 Request Timeout', problem: problemOf(TOO_SLOW) })
}

/** A body for which there is no room after all. */
export function answerTooMuch(socket: Socket): void {
  cut(socket, { line: '429 Too Many Requests', problem: problemOf(TOO_MUCH) })
}

interface Refusal {
  readonly line: string
  readonly problem: Problem
}

function cut(socket: Socket, { line, problem }: Refusal): void {
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${line}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    ...(problem.retryAfter === undefined ? [] : [`Retry-After: ${problem.retryAfter}`]),
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon())
}

const OVERFLOW = new AdmissionError('TOO_LARGE', 'The headers are too large.')
const TOO_SLOW = new NetworkError('TIMED_OUT', 'The request took too long to arrive.')
export const TOO_MUCH = new AdmissionError(
  'RATE_EXCEEDED',
  'Too much is being sent to this node at once. Send one after the other, or try again later.',
  { retryAfter: 5 },
)
const NOT_HTTP = new MalformedError('REQUEST_INVALID', 'This is not HTTP/1.1.')

function readClientError(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      line: '431 Request Header Fields Too Large',
      problem: { ...problemOf(OVERFLOW), status: 431 },
    }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { line: '408 Request Timeout', problem: problemOf(TOO_SLOW) }
  return { line: '400 Bad Request', problem: problemOf(NOT_HTTP) }
}
