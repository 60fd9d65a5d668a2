import type { FastifyReply, FastifyRequest } from 'fastify'

/** A longer Accept is nobody's browser, and is not parsed. */
const MAX_ACCEPT_LENGTH = 1024

/** Does this client like `text/html` better than JSON? Without Accept, and for any type, it does not. */
export function prefersHtml(request: FastifyRequest): boolean {
  const accept = request.headers.accept
  if (
    accept === undefined ||
    accept.length > MAX_ACCEPT_LENGTH ||
    !/text\/(?:html|\*)/i.test(accept)
  )
    return false
  // what the router refuses never met the plugin
  if (!('accepts' in request)) return true
  return request.accepts().type(['application/json', 'text/html']) === 'text/html'
}

/** The same, for an answer that comes in both forms: caches are told. */
export function negotiatesHtml(request: FastifyRequest, reply: FastifyReply): boolean {
  reply.header('vary', 'Accept')
  return prefersHtml(request)
}
