import type { FastifyRequest } from 'fastify'
import { MalformedError } from '../../base/errors.ts'

/** A certification is never larger; it is fixed by the protocol. In bytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/**
 * The raw body of a request.
 * @throws MalformedError BODY_EMPTY
 */
export function bodyOf(request: FastifyRequest): Uint8Array {
  const { body } = request
  if (!(body instanceof Uint8Array) || body.length === 0)
    throw new MalformedError('BODY_EMPTY', 'Send a signed file as the body of the request.')
  return body
}
