/*
 * Maven's order of versions: org.apache.maven.artifact.versioning.ComparableVersion of Maven 3.9, in one point made
 * an order. There a text (`1.sp.1`) stands below every nested list (`1-rc`), though one is behind the release and the
 * other before it, and a zero above everything but a number, though it may only lead to a text before the release: so
 * 1 < 1.sp.1 < 1-rc < 1, and 1 < 1-1 < 1.0.alpha.1 < 1. Here what is before the release stands before what is behind
 * it. Versions of one package that meet on such a circle are not known in the wild.
 */
import { compareText } from '../../base/compare-text.ts'
import { compareDigits, isDigit, withoutZeros } from './digits.ts'

/**
 * What can stand at one place, the oldest first: `alpha` to `snapshot`, a list that begins so, a zero that leads to
 * such a text, nothing at all (or `ga`, `final`, `release`), `sp` or a text that nobody knows, any other list, a number.
 */
const BEFORE = 0
const LIST_BEFORE = 1
const ZERO_BEFORE = 2
const RELEASE = 3
const BEHIND = 4
const LIST_BEHIND = 5
const NUMBER = 6

interface Item {
  readonly rank: number
  /** Digits without the zeros in front, or what a qualifier is compared by. */
  readonly key: string
}

/**
 * The lists, from the outermost: a hyphen begins a new one, and so does a change between digits and letters. A list
 * holds at most one other, as its last item, so that none has to be nested.
 */
export type MavenVersion = readonly (readonly Item[])[]

const RELEASED: Item = { rank: RELEASE, key: '' }
const QUALIFIERS: ReadonlyMap<string, Item> = new Map([
  ...['alpha', 'beta', 'milestone', 'rc', 'snapshot'].map(
    (name, at) => [name, { rank: BEFORE, key: String(at) }] as const,
  ),
  ['cr', { rank: BEFORE, key: '3' }],
  ['', RELEASED],
  ['ga', RELEASED],
  ['final', RELEASED],
  ['release', RELEASED],
  ['sp', { rank: BEHIND, key: '6' }],
])
/** Only with a number right behind them. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
])

/** Takes any text. Linear. */
export function readMavenVersion(version: string): MavenVersion {
  const text = version.toLowerCase()
  let list: Item[] = []
  const lists = [list]
  const begin = (): void => {
    list = []
    lists.push(list)
  }
  const take = (end: number): Item =>
    wasDigit ? numberOf(text.slice(from, end)) : qualifierOf(text.slice(from, end))
  let wasDigit = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '.' || character === '-') {
      list.push(at === from ? numberOf('') : take(at))
      from = at + 1
      if (character === '-') begin()
      continue
    }
    const digit = isDigit(text, at)
    if (digit !== wasDigit && at > from) {
      // `1.x1` is `1-x1`
      if (digit && list.length > 0) begin()
      list.push(
        digit ? qualifierOf(SHORT.get(text.slice(from, at)) ?? text.slice(from, at)) : take(at),
      )
      from = at
      begin()
    }
    wasDigit = digit
  }
  if (from < text.length) {
    if (!wasDigit && list.length > 0) begin()
    list.push(take(text.length))
  }
  return normalized(lists)
}

const numberOf = (digits: string): Item => ({ rank: NUMBER, key: withoutZeros(digits) })
const qualifierOf = (name: string): Item =>
  QUALIFIERS.get(name) ?? { rank: BEHIND, key: `7-${name}` }

/**
 * Nothing, zeros and words for a release say nothing at the end of a list: `1.0.0-rc` is `1-rc`. Then each list stands as
 * an item in the one around it, by the first word in it that says something.
 */
function normalized(lists: readonly Item[][]): MavenVersion {
  let inner: Item | undefined
  for (const list of lists.toReversed()) {
    while (isNull(list.at(-1))) list.pop()
    list.forEach(({ rank }, at) => {
      if (rank !== BEFORE) return
      for (let before = at - 1; isNull(list[before]); before--)
        if (list[before]?.rank === NUMBER) list[before] = { rank: ZERO_BEFORE, key: '' }
    })
    if (inner !== undefined) list.push(inner)
    const first = list.find(({ rank }) => rank !== RELEASE)
    if (first === undefined) continue
    inner = { rank: first.rank < RELEASE ? LIST_BEFORE : LIST_BEHIND, key: '' }
  }
  return lists.filter(({ length }) => length > 0)
}

const isNull = (item: Item | undefined): boolean =>
  item !== undefined && item.key === '' && (item.rank === NUMBER || item.rank === RELEASE)

/** Negative if `a` is the older, 0 for two ways to write one version (`1.0`, `1-ga`). Linear. */
export function compareMavenVersions(a: MavenVersion, b: MavenVersion): number {
  for (let depth = 0; depth < Math.max(a.length, b.length); depth++) {
    const [list = [], other = []] = [a[depth], b[depth]]
    for (let at = 0; at < Math.max(list.length, other.length); at++) {
      const [left, right] = [list[at] ?? RELEASED, other[at] ?? RELEASED]
      const difference = left.rank - right.rank || compareKeys(left, right)
      if (difference !== 0) return difference
    }
  }
  return 0
}

const compareKeys = (a: Item, b: Item): number =>
  a.rank === NUMBER ? compareDigits(a.key, b.key) : compareText(a.key, b.key)
