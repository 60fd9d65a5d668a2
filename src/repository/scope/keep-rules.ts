/* Which certifications of other nodes' feeds the rules keep, by what an index block says of them. Pure. */
import { createHash } from 'node:crypto'
import type { KeepRule } from '../../contract/scope.ts'
import {
  type DocumentFacts,
  type IndexRow,
  MOST_ARCHITECTURES,
  shortHash,
} from '../../feeds/format/index-row.ts'

/** The key ids of the keys that have such fingerprints, and of their subkeys, as far as they are known. */
export type KeyIdsOf = (fingerprints: readonly string[]) => readonly string[]

/** What is kept of the feeds of one collection. */
export interface Keeping {
  /** Equal for those who keep the same. */
  readonly digest: string
  readonly keeps: (facts: DocumentFacts) => boolean
}

/**
 * @param rules 1 at least: without any there is nothing to decide
 */
export function keepingOf(
  rules: readonly KeepRule[],
  collection: string,
  keyIdsOf: KeyIdsOf,
): Keeping {
  const read = rules
    .filter((rule) => rule.collection === undefined || rule.collection === collection)
    .map(({ rebuilders, architectures, newest }) => ({
      keyIds: rebuilders === undefined ? undefined : new Set(keyIdsOf(rebuilders)),
      architectures:
        architectures === undefined ? undefined : new Set(architectures.map(shortHash)),
      newest,
    }))
  return {
    digest: digestOf(read),
    keeps: (facts) =>
      read.some(
        ({ keyIds, architectures }) =>
          (keyIds === undefined || keyIds.has(facts.keyId)) &&
          (architectures === undefined || fits(facts.architectures, architectures)),
      ),
  }
}

interface ReadRule {
  readonly keyIds: ReadonlySet<string> | undefined
  readonly architectures: ReadonlySet<string> | undefined
  readonly newest: number | undefined
}

/** What names none is for all of them. Of one that names more than a row has room for nobody knows the rest. */
const fits = (named: readonly string[], kept: ReadonlySet<string>): boolean =>
  named.length === 0 ||
  named.length >= MOST_ARCHITECTURES ||
  named.some((architecture) => kept.has(architecture))

function digestOf(rules: readonly ReadRule[]): string {
  const parts = rules.map(({ keyIds, architectures, newest }) => [
    keyIds === undefined ? null : [...keyIds].toSorted(),
    architectures === undefined ? null : [...architectures].toSorted(),
    newest ?? null,
  ])
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/**
 * Is the block of these rows to be had? Keys, withholdings and restorations always are, and so is what no facts are known of:
 * that is looked at.
 */
export const keepsBlock = ({ keeps }: Pick<Keeping, 'keeps'>, rows: readonly IndexRow[]): boolean =>
  rows.some(({ kind, facts }) => kind !== 'certification' || facts === undefined || keeps(facts))
