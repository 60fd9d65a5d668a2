import type { FastifyRequest } from 'fastify'
import { AdmissionError } from '../../base/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A question that is too long for a URL: it changes nothing, so any page may ask it. */
    readonly onlyReads?: boolean
  }
}

/** Does it change nothing here? */
export function onlyReads({ method, routeOptions }: FastifyRequest): boolean {
  const { onlyReads: isQuestion } = routeOptions.config
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || isQuestion === true
}

/**
 * Refuses what a page of another site lets its reader's browser send: it could reach nodes that its author cannot, and
 * take the reader's share of this one. Programs say neither where they come from nor how (Fetch, Origin and Sec-Fetch-Site).
 * @throws AdmissionError ORIGIN_REFUSED
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  if (onlyReads(request)) return
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin === undefined && site === undefined) return
  const isOwn =
    site === undefined
      ? origin !== undefined && isOrigin(origin, request, publicUrl)
      : site === 'same-origin' || site === 'none'
  if (isOwn) return
  throw new AdmissionError(
    'ORIGIN_REFUSED',
    'A page of another site cannot send anything to this node by your browser. Use a program, like curl or countersign submit.',
  )
}

function isOrigin(origin: string, request: FastifyRequest, publicUrl: string | undefined): boolean {
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
  if (host === undefined) return false
  const names = [request.headers.host, request.host, publicUrl?.replace(/^https?:\/\//i, '')]
  return names.some((name) => name?.toLowerCase().replace(/\/.*$/, '') === host)
}
