/* What a node keeps of the feeds of others, and what may lie outside of that. */
import * as Type from 'typebox'
import { Strings, type ValueOf } from './schema.ts'

export const KeepRuleBody = Type.Object(
  {
    collection: Type.Optional(Type.String()),
    rebuilders: Type.Optional({
      ...Strings,
      description: 'Fingerprints of keys, 40 or 64 upper-case hex digits',
    }),
    architectures: Type.Optional({
      ...Strings,
      description: 'Words of `Architecture`; what names no architecture is kept too',
    }),
    newest: Type.Optional(
      Type.Integer({ description: 'So many versions of each source; older ones go once a day' }),
    ),
  },
  {
    title: 'KeepRule',
    description: 'What fits all that it names is kept',
  },
)
/** A certification that fits everything that it names is kept. */
export type KeepRule = ValueOf<typeof KeepRuleBody>

export const ScopeBody = Type.Object(
  {
    rules: Type.Array(KeepRuleBody, { description: 'What fits one of them is kept' }),
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
export const SCOPE_HEADER = 'countersign-scope'

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

/** For people: `debian (all, amd64; the 3 newest versions)`. */
export function scopeInWords({ rules }: Scope): string {
  return rules
    .map(({ collection, rebuilders, architectures, newest }) => {
      const bounds = [
        ...(architectures === undefined ? [] : [architectures.join(', ')]),
        ...(rebuilders === undefined ? [] : [`by ${keysInWords(rebuilders.length)}`]),
        ...(newest === undefined ? [] : [newestInWords(newest)]),
      ].join('; ')
      const what = collection ?? 'every collection'
      return bounds === '' ? what : `${what} (${bounds})`
    })
    .join(', ')
}

const keysInWords = (count: number): string => (count === 1 ? 'one key' : `${count} keys`)
const newestInWords = (count: number): string =>
  count === 1 ? 'the newest version' : `the ${count} newest versions`
