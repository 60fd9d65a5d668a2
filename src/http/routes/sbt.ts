import type { FastifyReply, FastifyRequest } from 'fastify'
import { encodePath } from '../../certification/path.ts'
import { NotFoundError } from '../../base/errors.ts'
import { ListingBody, type ListingEntry } from '../../contract/listing.ts'
import { sendJson } from '../answers/responses.ts'

/**
 * `X-{version}.buildinfo`, a file that never exists: sbt-reproducible-builds 0.31 and later GET it and expect the
 * array of its folder; Ivy's publish sends HEAD first and gives up unless that is 404.
 * The client resolves each `name` as a relative reference, so it is escaped as one.
 */
export function sendSbtListing(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  entries: readonly ListingEntry[],
) {
  if (request.method === 'HEAD')
    throw new NotFoundError('PATH_NOT_FOUND', 'Nothing is kept under this path.')
  return sendFolder(
    { reply },
    entries.filter(({ type }) => type === 'object'),
  )
}

/** gigahorse's two engines. */
const GIGAHORSE = /^(?:Apache-HttpAsyncClient|okhttp)\//

/**
 * sbt-reproducible-builds 0.20 to 0.30 GET the folder itself, get whatever it lists, and fail altogether if one of it is
 * not for them. They are known by what they send: no Accept, and their engine's name.
 */
export const asksAsOldSbt = ({ headers }: FastifyRequest): boolean =>
  headers.accept === undefined && GIGAHORSE.test(headers['user-agent'] ?? '')

export function sendFolder(
  { reply }: { readonly reply: FastifyReply },
  entries: readonly ListingEntry[],
) {
  return sendJson(
    reply.header('vary', 'Accept, User-Agent'),
    ListingBody,
    entries.map(({ path, name, type }) => ({
      path,
      name: encodePath([name]).replaceAll(':', '%3A'),
      type,
    })),
  )
}
