/*
 * What this node's own feed holds of a certification already, and what it takes beside that: one more name, one more
 * variant that nobody can verify yet. Both cost an entry and are anybody's word, so both have bounds.
 */
import { LRUCache } from 'lru-cache'
import type { Certification } from '../../certification/certification.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import type { EntryReader } from '../entries/read-entry.ts'

/** Its first place in the own feed. One that could not be verified holds only the very same bytes. */
export async function ownVariantOf(
  { feed, entries }: { readonly feed: OwnFeed; readonly entries: EntryReader },
  row: CertificationRow,
  { bytes, signature }: Certification,
): Promise<Variant | undefined> {
  for (const variant of ofFeed(row, feed)) {
    if (variant.signature === 'good') return variant
    const entry = await entries.read(variant)
    if (
      entry !== undefined &&
      sameBytes(entry.bytes, bytes) &&
      sameBytes(entry.signature, signature)
    )
      return variant
  }
  return undefined
}

/** Variants of one id in one feed that nobody can verify yet; more of them wait for their key outside of it. */
const UNVERIFIED = 8

export function hasManyUnverified(row: CertificationRow | undefined, feed: OwnFeed): boolean {
  if (row === undefined) return false
  const unverified = ofFeed(row, feed).filter(({ signature }) => signature === 'key-unknown')
  return unverified.length >= UNVERIFIED
}

/** Names for one certification in one collection: so many by one address, and so many in all. */
const ALIASES_PER_ADDRESS = 4
const ALIASES = 16
/** Certifications and addresses that are remembered. After that, and a restart, only the bound of all holds. */
const REMEMBERED = 10_000

export interface NewAlias {
  readonly feed: OwnFeed
  readonly address: string
  readonly alias: string | undefined
}

export interface AliasShares {
  /** Is it a name that the feed does not have, and is there room for it? */
  readonly isWelcome: (row: CertificationRow, one: NewAlias) => boolean
  /** To be called when the name is in the feed. */
  readonly count: (id: string, one: NewAlias) => void
}

/** Counts the names that addresses give to certifications, {@link REMEMBERED} of them in memory alone. */
export function makeAliasShares(): AliasShares {
  const given = new LRUCache<string, number>({ max: REMEMBERED })
  return {
    isWelcome: (row, one) => {
      if (one.alias === undefined) return false
      const aliases = new Set(ofFeed(row, one.feed).flatMap(({ alias }) => alias ?? []))
      if (aliases.has(one.alias) || aliases.size >= ALIASES) return false
      return (given.get(nameOf(row.id, one)) ?? 0) < ALIASES_PER_ADDRESS
    },
    count: (id, one) => {
      if (one.alias === undefined) return
      const name = nameOf(id, one)
      given.set(name, (given.get(name) ?? 0) + 1)
    },
  }
}

const nameOf = (id: string, { feed, address }: NewAlias): string => `${feed.key} ${id} ${address}`

const ofFeed = ({ variants }: CertificationRow, feed: OwnFeed): readonly Variant[] =>
  variants.filter((one) => one.feed === feed.key)

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return Buffer.compare(one, other) === 0
}
