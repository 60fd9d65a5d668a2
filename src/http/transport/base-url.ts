import type { FastifyRequest } from 'fastify'

// A host name, an IPv4 address or a bracketed IPv6 address, and a port: nothing else comes out of a Host header.
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

/** Is that a host and a port, and nothing that could stand for a part of a path? */
export const isPlainHost = (host: string): boolean => HOST.test(host)

/**
 * Where this client reaches this node, without a slash at the end: the configured URL, else what its request says.
 * Empty if it says nothing that can be repeated; then a path stays a path.
 */
export function baseUrl(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '')
  const host = request.host
  return isPlainHost(host) ? `${request.protocol === 'https' ? 'https' : 'http'}://${host}` : ''
}
