/* What `check` found, for people. */
import type { Checked, CheckReport, Vote } from '../check/check.ts'
import { plain } from './plain.ts'
import { short, table } from './table.ts'

/** One line for each file, and below them what did not answer and what is lacking where. */
export function checkText({ results, sources }: CheckReport, paths: readonly string[]): string {
  const rows = results.map((one, at) => [
    one.verdict,
    one.verdict === 'ignored' ? '-' : `${one.agreeing}/${one.operators}`,
    paths[at] ?? one.subject.name,
    detailOf(one),
  ])
  const silent = sources.filter(({ failure }) => failure !== null)
  const lacking = new Map<string, number>()
  for (const { lacking: lists } of results)
    for (const { node, ids } of lists) lacking.set(node, (lacking.get(node) ?? 0) + ids.length)
  return [
    ...(rows.length === 0 ? [] : [table(['VERDICT', 'VOTES', 'FILE', ''], rows)]),
    ...(rows.length > 1 ? [`${summary(results)}\n`] : []),
    ...silent.map(({ node, failure }) => `${plain(node)} ${plain(failure ?? '')}\n`),
    ...[...lacking].map(
      ([node, count]) =>
        `${plain(node)} lacks ${count} certifications that another node gave; --explain names them\n`,
    ),
  ].join('')
}

/** How many of each. */
function summary(results: readonly Checked[]): string {
  const counts = new Map<string, number>()
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`)
  return `${results.length} files: ${parts.join(', ')}`
}

/** Who agrees, what is needed, who does not agree. */
export function detailOf({ verdict, threshold, votes, remark }: Checked): string {
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
      const what = `${operator} certified ${first?.algorithm ?? ''} ${short(first?.hex ?? '')}`
      return vote === 'divided' ? `${what} too` : what
    })
  return [
    agree,
    verdict === 'insufficient' || verdict === 'unknown' ? `needs ${threshold}` : '',
    ...against,
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
        `\n${plain(paths[at] ?? '')} is ${plain(subject.name)}\n`,
        ...sums,
        ...votes.map(voteText),
        ...lacking.map(({ node, ids }) => `  ${plain(node)} lacks ${ids.join(', ')}\n`),
      ].join('')
    })
    .join('')
}

function voteText({ operator, vote, certifications, contradictions, uncounted }: Vote): string {
  return [
    `  ${plain(operator)}: ${vote}\n`,
    ...certifications.map((id) => `    these bytes: certification ${id}\n`),
    ...contradictions.map(
      ({ artifact, algorithm, hex, certifications: ids }) =>
        `    other bytes for ${plain(artifact)}: ${algorithm} ${hex}, certification ${ids.join(', ')}\n`,
    ),
    ...uncounted.map(({ id, state, keyEndsAt }) => {
      const why = keyEndsAt === null ? state : `${state}: its key ended ${keyEndsAt}`
      return `    does not count: certification ${id} is ${why}\n`
    }),
  ].join('')
}
