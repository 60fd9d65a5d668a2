import { isIPv4 } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { AdmissionError, MalformedError } from '../../base/errors.ts'
import { isPlainHost } from './base-url.ts'

export interface HostGuard {
  /** Does this node listen on its own machine alone? Then a page elsewhere could rename its own host to this machine. */
  readonly isLoopback?: boolean | undefined
  readonly publicUrl?: string | undefined
  /** Whoever stands behind a proxy whose name nobody has told calls the node as he likes. */
  readonly trustProxy: readonly string[]
}

/** Refuses what one reader would take for another host than the next (RFC 9112 section 3.2), and names that are not this node's. */
export function requireHost(raw: IncomingMessage, guard: HostGuard): void {
  const { rawHeaders } = raw
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1
  if (hosts > 1)
    throw new MalformedError('REQUEST_INVALID', 'Send one Host header; this has several.')
  const isNamed = guard.publicUrl !== undefined || guard.trustProxy.length === 0
  // without one it is no browser's
  if (guard.isLoopback !== true || !isNamed || hosts === 0) return
  const name = nameIn(raw.headers.host ?? '')
  const own = name?.replace(OF_REBUILDER, '')
  if (own !== undefined && (isLoopbackName(own) || own === publicName(guard))) return
  throw new AdmissionError(
    'HOST_REFUSED',
    'This node answers on its own machine only, as localhost or 127.0.0.1, and as its public-url. Ask for one of these, or set public-url to the name that you use.',
  )
}

/** What stands before a node's own name where a rebuilder has a host of its own. */
const OF_REBUILDER = /^[\da-f]{32}\.[\da-f]{32}\./

/** Is that an address or a name of this machine alone? */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true
  return isIPv4(name) && name.startsWith('127.')
}

/** Without its port, in lower case; `undefined` if it is no host. */
const nameIn = (host: string): string | undefined =>
  isPlainHost(host) ? host.replace(/:\d+$/, '').toLowerCase() : undefined

const publicName = ({ publicUrl }: HostGuard): string | undefined =>
  publicUrl === undefined ? undefined : new URL(publicUrl).hostname
