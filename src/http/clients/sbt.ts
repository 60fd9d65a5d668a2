import type { FastifyReply, FastifyRequest } from 'fastify'
import { encodePath } from '../../certification/path.ts'
import { NotFoundError } from '../../errors.ts'
import type { ListingEntry } from '../../repository/repository.ts'
import { sendJson } from '../responses.ts'

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
  return sendJson(
    reply,
    entries.map(({ path, name, type }) => ({
      path,
      name: encodePath([name]).replaceAll(':', '%3A'),
      type,
    })),
  )
}
