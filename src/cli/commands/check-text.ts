/* What `check` found, for people. */
import { counted } from '../../base/counted.ts'
import type { Checked, CheckReport, Vote } from '../../check/check.ts'
import { scopeInWords } from '../../contract/scope.ts'
import type { Skipped } from '../terminal/files-below.ts'
import { printable } from '../terminal/printable.ts'
import { fits, shortHex, table } from '../terminal/table.ts'
import { COLUMNS, wrapAt } from '../terminal/wrap.ts'

export interface Shown {
  readonly answer: CheckReport
  /** Of each result. */
  readonly paths: readonly string[]
  readonly skipped: readonly Skipped[]
}

/** Of more files only those that are not well have a line, and of those that are merely too little certified so many. */
export const MOST_LINES = 20

/** In the order in which they are counted: the worst last, where one looks. */
const VERDICTS: readonly Checked['verdict'][] = [
  'reproduced',
  'ignored',
  'insufficient',
  'unknown',
  'contradicted',
]

/**
 * A line for each file, or for each that is not well if there are many; how many there are of each; what did not answer and
 * what is lacking where.
 */
export function checkText(
  { answer: { results, sources }, paths, skipped }: Shown,
  isVerbose: boolean,
): string {
  const silent = sources.filter(({ failure }) => failure !== null)
  const lacking = new Map<string, number>()
  for (const { lacking: lists } of results)
    for (const { node, ids } of lists) lacking.set(node, (lacking.get(node) ?? 0) + ids.length)
  const lines = isVerbose || results.length <= MOST_LINES ? [...results.keys()] : badOf(results)
  const bad = results.filter(({ verdict }) => !isWell(verdict)).length
  return [
    verdictTable(
      lines.flatMap((at) => results[at] ?? []),
      lines.map((at) => paths[at] ?? ''),
    ),
    ...(lines.length < bad
      ? [`… and ${bad - lines.length} more; --verbose shows every file\n`]
      : []),
    ...(results.length === 1 && skipped.length === 0 ? [] : [`${summary(results, skipped)}\n`]),
    ...(isVerbose ? skipped.map(({ path, why }) => `skipped  ${printable(path)}  ${why}\n`) : []),
    ...silent.map(({ node, failure }) => `${printable(node)} ${printable(failure ?? '')}\n`),
    ...sources.flatMap(({ node, doubt }) =>
      doubt === null ? [] : [`${printable(node)} ${printable(doubt)}\n`],
    ),
    ...asOfLines(sources),
    ...outsideLines({ results, sources }),
    ...[...lacking].map(
      ([node, count]) =>
        `${printable(node)} lacks ${counted(count, 'certification')} that another node gave; --explain says which\n`,
    ),
  ].join('')
}

/** Of what a node does not keep it cannot know: that it says nothing of it denies nothing. */
export function outsideLines({ results, sources }: CheckReport): readonly string[] {
  return sources.flatMap(({ node, scope }) => {
    const count = results.filter(({ outside }) => outside.includes(node)).length
    if (scope === null || count === 0) return []
    const what = results.length === 1 ? 'this file' : `${count} of these files`
    return [
      `${printable(node)} keeps only ${printable(scopeInWords(scope))}: it cannot know all of ${what}\n`,
    ]
  })
}

/** How old is what was answered, by the node that has heard least; of what nothing is known nothing is said. */
export function asOfLines(sources: CheckReport['sources']): readonly string[] {
  const times = sources.flatMap(({ failure, asOf }) => (failure === null ? (asOf ?? []) : []))
  const [oldest] = times.toSorted()
  return oldest === undefined ? [] : [`as of ${oldest}: what was certified since may be missing\n`]
}

const isWell = (verdict: Checked['verdict']): boolean =>
  verdict === 'reproduced' || verdict === 'ignored'

/** Places of all that are contradicted, and behind them of some that too few have certified. */
function badOf(results: readonly Checked[]): readonly number[] {
  const of = (wanted: Checked['verdict']): readonly number[] =>
    [...results.keys()].filter((at) => results[at]?.verdict === wanted)
  const contradicted = of('contradicted')
  const few = [...of('insufficient'), ...of('unknown')]
  return [...contradicted, ...few.slice(0, Math.max(0, MOST_LINES - contradicted.length))]
}

/** What is to be said of a file stands behind it, or below it where a small terminal has no room. */
function verdictTable(results: readonly Checked[], paths: readonly string[]): string {
  if (results.length === 0) return ''
  const rows = results.map((one, at) => [
    one.verdict,
    one.verdict === 'ignored' ? '-' : `${one.agreeing}/${one.operators}`,
    paths[at] ?? one.subject.name,
  ])
  const details = results.map(detailOf)
  const behind = table(
    ['VERDICT', 'VOTES', 'FILE', ''],
    rows.map((row, at) => [...row, details[at] ?? '']),
  )
  if (fits(behind, COLUMNS)) return behind
  const [heading = '', ...lines] = table(['VERDICT', 'VOTES', 'FILE'], rows).trimEnd().split('\n')
  const below = (detail: string): readonly string[] =>
    detail === '' ? [] : [wrapAt(heading.indexOf('FILE'), printable(detail))]
  return [heading, ...lines.flatMap((line, at) => [line, ...below(details[at] ?? '')])]
    .map((line) => `${line}\n`)
    .join('')
}

/** How many of each, and of what was not asked about. */
function summary(results: readonly Checked[], skipped: readonly Skipped[]): string {
  const parts = VERDICTS.flatMap((name) => {
    const count = results.filter(({ verdict }) => verdict === name).length
    return count === 0 ? [] : [`${count} ${name}`]
  })
  const whys = new Map<string, number>()
  for (const { why } of skipped) whys.set(why, (whys.get(why) ?? 0) + 1)
  const aside = [...whys].map(([why, count]) => counted(count, why)).join(', ')
  const asked = `${counted(results.length, 'file')}: ${parts.join(', ')}`
  return skipped.length === 0 ? asked : `${asked}; ${skipped.length} skipped: ${aside}`
}

/** Who agrees, what is needed, who does not agree. */
export function detailOf(checked: Checked): string {
  const { verdict, agreeing, operators, threshold, votes, remark } = checked
  const isShort = verdict === 'insufficient' || verdict === 'unknown'
  const named = (vote: Vote['vote']): string =>
    votes
      .filter((one) => one.vote === vote)
      .map(({ operator }) => operator)
      .join(', ')
  const agree = named('agrees')
  const against = votes
    .filter(({ contradictions }) => contradictions.length > 0)
    .map(({ operator, vote, contradictions }) => {
      const [first] = contradictions
      const what = `${operator} certified ${first?.size === undefined ? `${first?.algorithm ?? ''} ${shortHex(first?.hex ?? '')}` : `it with ${counted(first.size, 'byte')}`}`
      return vote === 'divided' ? `${what} too` : what
    })
  const elsewhere = votes.flatMap(({ operator, uncounted }) =>
    uncounted
      .filter(({ state }) => state === 'other-name')
      .map(({ artifact }) => `${operator} certified these bytes as ${artifact}`),
  )
  return [
    agree,
    isShort ? `${agreeing} of ${counted(operators, 'operator')}, ${threshold} needed` : '',
    ...against,
    ...new Set(elsewhere),
    remark ?? '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** Every vote and what it rests on. */
export function explained({ results }: CheckReport, paths: readonly string[]): string {
  return results
    .map((one, at) => {
      const { subject, votes, lacking } = one
      const sums = Object.entries(subject.checksums).map(([name, hex]) => `  ${name} ${hex}\n`)
      return [
        `\n${printable(paths[at] ?? '')} is ${printable(subject.name)}\n`,
        ...groupsOf(subject).map((group) => `  looked for in the group ${printable(group)}\n`),
        ...sums,
        ...votes.map(voteText),
        ...lacking.map(({ node, ids }) => `  ${printable(node)} lacks ${ids.join(', ')}\n`),
      ].join('')
    })
    .join('')
}

/** Those that its name does not say. */
const groupsOf = ({ name, names }: Checked['subject']): readonly string[] =>
  names.flatMap(({ group }) => (group === undefined || name.startsWith(`${group}:`) ? [] : [group]))

function voteText({ operator, vote, certifications, contradictions, uncounted }: Vote): string {
  return [
    `  ${printable(operator)}: ${vote}\n`,
    ...certifications.map((id) => `    these bytes: certification ${id}\n`),
    ...contradictions.map(
      ({ artifact, algorithm, hex, certifications: ids }) =>
        `    other bytes for ${printable(artifact)}: ${algorithm} ${hex}, certification ${ids.join(', ')}\n`,
    ),
    ...uncounted.map((one) => `    does not count: certification ${one.id} is ${whyNot(one)}\n`),
  ].join('')
}

function whyNot({ state, keyEndsAt, artifact }: Vote['uncounted'][number]): string {
  if (state === 'other-name') return `of ${artifact}, and not of what you say that this is`
  if (state !== 'key-revoked')
    return keyEndsAt === null ? state : `${state}: its key ended ${keyEndsAt}`
  const since = keyEndsAt === null ? '' : ` ${keyEndsAt}`
  return `${state}: its key was revoked${since} as compromised or without a reason (voids everything it signed)`
}
