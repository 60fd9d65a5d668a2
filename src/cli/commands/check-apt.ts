/* What apt's hook says and decides. */
import type { Policy } from '../../certification/policy.ts'
import { counted } from '../../base/counted.ts'
import type { Checked, CheckReport } from '../../check/check.ts'
import { asOfLines, detailOf, outsideLines } from './check-text.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { printable } from '../terminal/printable.ts'

export interface Decision {
  readonly exit: Exit
  /** For the person at the terminal, line by line. */
  readonly text: string
}

/** @param unreadable packages that could not be read: they are not installed */
export function decide(
  { results, sources }: CheckReport,
  policy: Policy,
  { shown, unreadable }: { readonly shown: string; readonly unreadable: number },
): Decision {
  const lines = sources.flatMap(({ node, failure, doubt }) => {
    const trouble = failure ?? doubt
    return trouble === null ? [] : [`${node} ${trouble}`]
  })
  for (const { node, madeAt } of sources)
    if (madeAt !== null) lines.push(`${node} was made ${madeAt}; what came since is not in it`)
  for (const line of [...asOfLines(sources), ...outsideLines({ results, sources })])
    lines.push(line.trimEnd())
  const isSilent = results.length > 0 && sources.every(({ failure }) => failure !== null)
  const judged = results.map((result) => ({
    result,
    severity: severityOf(result, policy, isSilent),
  }))
  for (const { result, severity } of judged)
    if (severity !== undefined)
      lines.push(
        `${result.subject.name} is ${result.verdict}${severity === 'warn' ? ' (only warned of)' : ''}: ${detailOf(result)}`,
      )
  const blocked = judged.filter(({ severity }) => severity === 'block').map(({ result }) => result)
  const fine = judged.length - judged.filter(({ severity }) => severity !== undefined).length
  lines.push(`${fine} of ${counted(results.length, 'package')} certified as ${shown} wants`)
  if (blocked.length === 0 && unreadable > 0) lines.push('nothing is installed')
  if (blocked.length > 0 && isSilent)
    lines.push('nothing is installed, since no node answers: is one of the policy running?')
  else if (blocked.length > 0)
    lines.push(
      `nothing is installed. To install one all the same, name it in a [[rule]] of ${shown} with ignore = "why"`,
    )
  return {
    exit: exitOf(blocked, { isSilent, unreadable }),
    text: lines.map((line) => `countersign: ${printable(line)}\n`).join(''),
  }
}

function severityOf(
  { verdict, remark }: Checked,
  policy: Policy,
  isSilent: boolean,
): 'block' | 'warn' | undefined {
  switch (verdict) {
    case 'reproduced':
      return remark === null ? undefined : 'warn'
    case 'ignored':
      return undefined
    case 'contradicted':
      return 'block'
    case 'insufficient':
      return isSilent ? policy.unreachable : policy.insufficient
    case 'unknown':
      return isSilent ? policy.unreachable : policy.unknown
    default:
      return verdict
  }
}

function exitOf(
  blocked: readonly Checked[],
  { isSilent, unreadable }: { readonly isSilent: boolean; readonly unreadable: number },
): Exit {
  if (blocked.some(({ verdict }) => verdict === 'contradicted')) return EXIT.contradicted
  if (blocked.length > 0 && isSilent) return EXIT.noAnswer
  return blocked.length + unreadable > 0 ? EXIT.refused : EXIT.fine
}
