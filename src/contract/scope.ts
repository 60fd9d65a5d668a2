/* What a node keeps of the feeds of others, and what may lie outside of that. */
import * as Type from 'typebox'
import { counted } from '../base/counted.ts'
import { FINGERPRINT_PATTERN } from '../base/fingerprint.ts'
import type { ValueOf } from './schema.ts'

/** What a node says of itself is bounded before it is read. */
const MOST_RULES = 64
const MOST_REBUILDERS = 4_096
const MOST_ARCHITECTURES = 64

const KeepRuleBody = Type.Object(
  {
    collection: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' })),
    rebuilders: Type.Optional(
      Type.Array(Type.String({ pattern: FINGERPRINT_PATTERN }), {
        maxItems: MOST_REBUILDERS,
        description: 'Fingerprints of keys',
      }),
    ),
    architectures: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }), {
        maxItems: MOST_ARCHITECTURES,
        description: 'Words of `Architecture`; what names no architecture is kept too',
      }),
    ),
    newest: Type.Optional(
      Type.Integer({
        description: 'So many versions of each source; older ones go once a day',
        minimum: 1,
      }),
    ),
  },
  { title: 'KeepRule', description: 'What fits all that it names is kept' },
)
/** A certification that fits everything that it names is kept. */
export type KeepRule = ValueOf<typeof KeepRuleBody>

export const ScopeBody = Type.Object(
  {
    rules: Type.Array(KeepRuleBody, {
      maxItems: MOST_RULES,
      description: 'What fits one of them is kept',
    }),
  },
  {
    title: 'Scope',
    description:
      'What this node keeps of the feeds of others. It cannot know what lies outside, and does not deny it',
  },
)
/** Of a node that does not keep everything. */
export type Scope = ValueOf<typeof ScopeBody>

/** The header of every answer of such a node. */
export const SCOPE_HEADER = 'Countersign-Scope'

/** What somebody asks for, as far as the question says it. */
export interface ScopeQuestion {
  readonly collection?: string | undefined
  /** Fingerprints. */
  readonly rebuilders?: readonly string[] | undefined
  readonly architectures?: readonly string[] | undefined
}

/** Can there be something of it that a node with that scope does not keep? By what the question does not say there can. */
export function mayLackSome({ rules }: Scope, asked: ScopeQuestion): boolean {
  return !rules.some(
    (rule) =>
      rule.newest === undefined &&
      (rule.collection === undefined || rule.collection === asked.collection) &&
      hasAll(rule.rebuilders, asked.rebuilders) &&
      hasAll(rule.architectures, asked.architectures),
  )
}

const hasAll = (
  kept: readonly string[] | undefined,
  asked: readonly string[] | undefined,
): boolean =>
  kept === undefined || (asked !== undefined && asked.every((one) => kept.includes(one)))

/**
 * A list of structured field values (RFC 9651): `"debian";architectures="all amd64";newest=3, *;rebuilders=12`. Fingerprints are
 * only counted: a header has little room.
 */
export function scopeHeader({ rules }: Scope): string {
  return rules
    .map(({ collection, rebuilders, architectures, newest }) =>
      [
        collection === undefined ? '*' : `"${collection}"`,
        ...(architectures === undefined ? [] : [`architectures="${architectures.join(' ')}"`]),
        ...(rebuilders === undefined ? [] : [`rebuilders=${rebuilders.length}`]),
        ...(newest === undefined ? [] : [`newest=${newest}`]),
      ].join(';'),
    )
    .join(', ')
}

/** Of a long list only so many are shown to people. */
const SHOWN = 8

/** For people: `debian (all, amd64; the 3 newest versions)`. */
export function scopeInWords({ rules }: Scope): string {
  return fewOf(
    rules.map(({ collection, rebuilders, architectures, newest }) => {
      const bounds = [
        ...(architectures === undefined ? [] : [fewOf(architectures)]),
        ...(rebuilders === undefined ? [] : [`by ${counted(rebuilders.length, 'key')}`]),
        ...(newest === undefined ? [] : [newestInWords(newest)]),
      ].join('; ')
      const what = collection ?? 'every collection'
      return bounds === '' ? what : `${what} (${bounds})`
    }),
  )
}

function fewOf(texts: readonly string[]): string {
  const left = texts.length - SHOWN
  return left <= 0 ? texts.join(', ') : `${texts.slice(0, SHOWN).join(', ')} and ${left} more`
}

const newestInWords = (count: number): string =>
  count === 1 ? 'the newest version' : `the ${count} newest versions`
