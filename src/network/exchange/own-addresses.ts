/* Which of its addresses a node tells, by its settings and by where it listens. */
import type { RecordScope } from './peer-record.ts'
import { MOST_ADDRESSES } from './peer-record.ts'
import { scopeOfAddress } from './dial-address.ts'

/** How old a record gets before it is signed anew, in milliseconds. */
export const RENEWED = 3 * 3_600_000

/** How a node wants to be found. */
export interface Sharing {
  /** What its operator says; `undefined`: nothing. */
  readonly shareAddress: boolean | undefined
  readonly readOnly: boolean
}

/** Is anything told at all? Who only reads has nothing that others must find, unless its operator wants it. */
export function isShared({ shareAddress, readOnly }: Sharing): boolean {
  return shareAddress ?? !readOnly
}

/**
 * Of each scope at most 8. Nobody but this node's own settings and interfaces says which are its public ones: where it has none,
 * because it stands behind a router and `announce` is not set, none is told.
 * @param addresses multiaddrs by which it is reached, with or without its peer id at the end
 */
export function sharedAddresses(
  addresses: readonly string[],
): Readonly<Record<RecordScope, readonly string[]>> {
  const plain = [...new Set(addresses.map((address) => address.replace(/\/p2p\/[^/]+$/, '')))]
  const scoped = plain.map((address) => ({ address, scope: scopeOfAddress(address) }))
  const of = (...scopes: readonly unknown[]): readonly string[] =>
    scoped.filter(({ scope }) => scopes.includes(scope)).map(({ address }) => address)
  return {
    public: of('public').slice(0, MOST_ADDRESSES),
    local: of('machine', 'network').slice(0, MOST_ADDRESSES),
  }
}
