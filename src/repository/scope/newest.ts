/* Which versions of a source are among the newest, for rules that keep only these. Pure. */
import {
  comparedSegments,
  type SourceIdentifier,
} from '../../certification/artifacts/source-identifier.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'
import { newestFirst } from '../../certification/versions/order.ts'
import type { KeepRule } from '../../contract/scope.ts'
import { type DocumentFacts, shortHash } from '../../feeds/format/index-row.ts'
import { type Keeping, keepingOf, type KeyIdsOf } from './keep-rules.ts'

/** What of a certification says whether it is old. */
export interface Aged {
  readonly collection: string
  readonly dialect: DialectName
  readonly facts: DocumentFacts
  /** That its header names. */
  readonly source: SourceIdentifier | undefined
}

export interface NewestVersions {
  /** To be called of everything that is here, in any order, before anything is asked. */
  readonly note: (one: Aged) => void
  /** Does some rule keep it, though there are newer versions? */
  readonly keeps: (one: Aged) => boolean
}

/** `undefined`: no rule asks how old anything is. */
export function newestVersions(
  rules: readonly KeepRule[],
  keyIdsOf: KeyIdsOf,
): NewestVersions | undefined {
  if (rules.every(({ newest }) => newest === undefined)) return undefined
  /** Of each rule: by what was built, its newest versions. */
  const kept = rules.map(() => new Map<string, readonly string[]>())
  const keepings = new Map<string, Keeping>()
  function fits({ collection, facts }: Aged, at: number, rule: KeepRule): boolean {
    const name = `${at} ${collection}`
    const keeping = keepings.get(name) ?? keepingOf([rule], collection, keyIdsOf)
    keepings.set(name, keeping)
    return keeping.keeps(facts)
  }

  return {
    note(one) {
      const placed = placeOf(one)
      if (placed === undefined) return
      for (const [at, rule] of rules.entries()) {
        const versions = kept[at]
        if (rule.newest === undefined || versions === undefined || !fits(one, at, rule)) continue
        const there = versions.get(placed.product) ?? []
        if (there.includes(placed.version)) continue
        const all = newestFirst([...there, placed.version], one.dialect)
        versions.set(placed.product, all.slice(0, rule.newest))
      }
    },
    keeps(one) {
      const placed = placeOf(one)
      return rules.some((rule, at) => {
        if (!fits(one, at, rule)) return false
        if (rule.newest === undefined || placed === undefined) return true
        return kept[at]?.get(placed.product)?.includes(placed.version) === true
      })
    },
  }
}

/** What has no version is not older than anything. */
function placeOf({
  collection,
  source,
}: Aged): { readonly product: string; readonly version: string } | undefined {
  const segments = source === undefined ? undefined : comparedSegments(source)
  const version = segments?.at(-1)
  if (segments === undefined || version === undefined) return undefined
  return { product: shortHash([collection, ...segments.slice(0, -1)].join('/')), version }
}
