import { counted } from '../../base/counted.ts'
import { ConfigError, isExpected, NetworkError } from '../../base/errors.ts'
import type { Query, Repository } from '../../contract/repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import { type Arguments, type Command, text } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { readBaseUrl } from '../../client/http-door.ts'
import { openHttpRepository } from '../../client/http-repository.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'
import { formatSource } from '../../certification/artifacts/source-identifier.ts'
import { table } from '../terminal/table.ts'

const PAGE = 1_000
/** Of these it is asked whether they are withheld there. */
const MOST_ASKED = 1_000
/** Pages in a row with nothing new. */
const MOST_IDLE = 100

/** What one node has and another has not. */
interface Lacking {
  readonly node: string
  readonly id: string
  readonly withheld: boolean
  readonly certification: CertificationSummary
}

export const compare: Command = {
  name: 'compare',
  summary: 'which certifications does one node have, and another not?',
  usage: 'NODE NODE [--collection NAME] [--source PATH]',
  help: `
Lists everything on both and shows what each lacks. What a node withholds it says itself; what it only leaves out
shows here. Two nodes that have just heard of each other differ for a while.

  --collection NAME             only of this collection
  --source PATH                 only of this source, from its beginning: hello/2.10-3

Exit: 0 they have the same, 1 they differ, or neither has anything that fits, 3 one did not answer. With --json: one object per line.`,
  options: { collection: { type: 'string' }, source: { type: 'string' } },
  async run(args, context) {
    const [one, other, ...more] = args.positionals
    if (one === undefined || other === undefined || more.length > 0)
      throw new ConfigError(
        'USAGE',
        'compare takes the addresses of two nodes, as in countersign compare http://127.0.0.1:8000 https://node.example',
      )
    if (readBaseUrl(one).href === readBaseUrl(other).href)
      throw new ConfigError('USAGE', `compare takes two nodes, and both are ${one}`)
    const query = queryOf(args)
    const progress = await openProgress(args.json ? undefined : context.err, 'listing')
    const nodes = [one, other].map((address) => ({ address, node: openHttpRepository(address) }))
    const lists = await Promise.all(
      nodes.map(({ node }) => listAll(node, query, progress)),
    ).finally(() => progress.stop())
    const [mine, theirs] = lists.map((list) => new Map(list.map((item) => [item.id, item])))
    const lacking = (
      await Promise.all([lackingAt(nodes[0], theirs, mine), lackingAt(nodes[1], mine, theirs)])
    ).flat()
    if (args.json) for (const row of lacking) context.out.write(`${printableJson(row)}\n`)
    else
      context.out.write(
        textOf(lacking, [
          { address: one, count: lists[0]?.length ?? 0 },
          { address: other, count: lists[1]?.length ?? 0 },
        ]),
      )
    const isEmpty = lists.every((list) => list.length === 0)
    return lacking.length === 0 && !isEmpty ? EXIT.fine : EXIT.refused
  },
}

function queryOf(args: Arguments): Query {
  const [collection, source] = [text(args, 'collection'), text(args, 'source')]
  return {
    ...(collection !== undefined && { collection }),
    ...(source !== undefined && { source }),
  }
}

async function listAll(
  node: Repository,
  query: Query,
  progress: Progress,
): Promise<readonly CertificationSummary[]> {
  const all = new Map<string, CertificationSummary>()
  let after: string | undefined
  for (let idle = 0; ;) {
    const page = await node.find({ ...query, limit: PAGE, ...(after !== undefined && { after }) })
    const before = all.size
    for (const item of page.items) all.set(item.id, item)
    if (page.next === undefined) return [...all.values()]
    // a page that would cost the node too much can be empty, but not every one
    idle = all.size > before ? 0 : idle + 1
    if (idle > MOST_IDLE || page.next === after)
      throw new NetworkError('ANSWER_UNEXPECTED', "a node's list has no end")
    progress.show(all.size, all.size + PAGE)
    after = page.next
  }
}

async function lackingAt(
  at: { readonly address: string; readonly node: Repository } | undefined,
  has: ReadonlyMap<string, CertificationSummary> | undefined,
  lacks: ReadonlyMap<string, CertificationSummary> | undefined,
): Promise<readonly Lacking[]> {
  if (at === undefined || has === undefined || lacks === undefined) return []
  const rows: Lacking[] = []
  for (const [id, certification] of has) {
    if (lacks.has(id)) continue
    const withheld = rows.length < MOST_ASKED && (await isWithheld(at.node, id))
    rows.push({ node: at.address, id, withheld, certification })
  }
  return rows
}

async function isWithheld(node: Repository, id: string): Promise<boolean> {
  try {
    await node.certification(id)
    return false
  } catch (error) {
    if (isExpected(error) && error.code === 'WITHHELD') return true
    throw error
  }
}

function textOf(
  lacking: readonly Lacking[],
  nodes: readonly { readonly address: string; readonly count: number }[],
): string {
  const rows = lacking.map(({ node, id, withheld, certification }) => [
    node,
    withheld ? 'withholds' : 'lacks',
    id,
    certification.collections.join(' '),
    certification.sources[0] === undefined ? '' : formatSource(certification.sources[0]),
  ])
  return [
    ...(rows.length === 0
      ? []
      : [table(['NODE', '', 'CERTIFICATION', 'COLLECTION', 'SOURCE'], rows)]),
    ...nodes.map(
      ({ address, count }) => `${printable(address)} has ${counted(count, 'certification')}\n`,
    ),
    nodes.every(({ count }) => count === 0)
      ? 'neither has anything that fits\n'
      : lacking.length === 0
        ? 'they have the same\n'
        : `${counted(lacking.length, 'difference')}\n`,
  ].join('')
}
