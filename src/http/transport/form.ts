import type { FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'

/** Nothing is changed into what it is not, and nothing is left out: what a schema does not allow is refused. */
export const PLAIN_AJV = {
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
} as const

/**
 * Has it this form? Asked of the validator that fastify checks requests with, which must have {@link PLAIN_AJV}: typebox's own is
 * 300 modules more for every start.
 */
export function hasForm<T extends TSchema>(
  value: unknown,
  form: T,
  request: FastifyRequest,
): value is Static<T> {
  return request.validateInput(value, form)
}
