import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { WaitingQuery } from '../../contract/repository.ts'
import type { Waiting } from '../../contract/submission.ts'
import { type Arguments, type CommandContext, text } from '../terminal/command.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { reportAbsent } from '../terminal/report.ts'
import { openNodes } from '../nodes/nodes.ts'
import { printable, printableJson } from '../terminal/printable.ts'

const PAGE = 1000
/** Nothing of what waits is verified. */
const REFUSED = ['artifact', 'sha512', 'sha256', 'sha1', 'md5', 'rebuilder'] as const

/** `find --state waiting`: what a node keeps for a while, why, and how to send what is missing. */
export async function findWaiting(
  args: Arguments,
  context: CommandContext,
  limit: number,
): Promise<Exit> {
  const other = REFUSED.find((name) => text(args, name) !== undefined)
  if (other !== undefined)
    throw new ConfigError(
      'USAGE',
      `--state waiting goes with --collection and --source, not with --${other}: nothing of it is verified`,
    )
  const ask = openNodes(args)
  const [collection, source] = [text(args, 'collection'), text(args, 'source')]
  let count = 0
  let after: string | undefined
  do {
    const page: WaitingQuery = { after, limit: Math.min(PAGE, limit - count), collection, source }
    const { items, next } = await ask((node) => node.waiting(page))
    for (const item of items)
      context.out.write(args.json ? `${printableJson(item)}\n` : textOf(item))
    count += items.length
    after = next
  } while (after !== undefined && count < limit)
  if (after !== undefined)
    context.err.write('There are more: repeat with --all or a larger --limit.\n')
  if (count > 0) return EXIT.fine
  const none = new NotFoundError('CERTIFICATION_NOT_FOUND', 'Nothing waits that fits.')
  return reportAbsent(none, { context, json: args.json })
}

function textOf({ collection, name, id, waitingFor, since, expires, next }: Waiting): string {
  const what = [collection, name ?? ''].join('/')
  const times = `${since === undefined ? '' : `since ${since}, `}until ${expires}`
  return [
    printable(`${what}${id === undefined ? '' : `  id ${id}`}`),
    printable(`  waits for its ${waitingFor}, ${times}`),
    printable(`  ${next}`),
  ]
    .map((line) => `${line}\n`)
    .join('')
}
