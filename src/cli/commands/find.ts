import { readFingerprint } from '../../base/fingerprint.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import { STATES } from '../../certification/signatures/state.ts'
import type { SourceIdentifier } from '../../certification/artifacts/source-identifier.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { Query } from '../../contract/repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import { type Arguments, type Command, flag, refusePositionals, text } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { reportAbsent } from '../terminal/report.ts'
import { type Ask, NODE_HELP, NODE_OPTION, openNodes } from '../nodes/nodes.ts'
import { printableJson } from '../terminal/printable.ts'
import { shortHex, table } from '../terminal/table.ts'
import { findWaiting } from './find-waiting.ts'

const PAGE = 1000
const DEFAULT_LIMIT = 100

const FILTERS = [
  'collection',
  'source',
  'artifact',
  'sha512',
  'sha256',
  'sha1',
  'md5',
  'rebuilder',
] as const

/** Of a checksum in hex. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha512', 128],
])

export const find: Command = {
  name: 'find',
  summary: 'list certifications by source, artifact, checksum or rebuilder',
  usage: '[FILTER]… [--limit N | --all] [--node URL]…',
  help: `
Lists the certifications that fit every filter. Without one: all.

  --collection NAME             of this collection
  --source PATH                 of this source, from its beginning: hello/2.10-3
  --artifact NAME               that name this output file
  --sha512 HEX, --sha256 HEX, --sha1 HEX, --md5 HEX
                                that give this checksum
  --rebuilder FINGERPRINT       signed by this rebuilder
  --state STATE                 ${STATES.slice(0, 4).join(', ')},
                                ${STATES.slice(4).join(', ')}
  --state waiting               what waits for its signature or key, with what is missing;
                                by --collection and --source alone
  --limit N                     not more than these (${DEFAULT_LIMIT})
  --all                         all of them, page after page
${NODE_HELP}

Exit: 0 some were found, 1 none, 3 no node answered. With --json: one object per line.`,
  options: {
    ...NODE_OPTION,
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' } as const])),
    state: { type: 'string' },
    limit: { type: 'string' },
    all: { type: 'boolean' },
  },
  async run(args, context) {
    refusePositionals(find, args)
    const limit = flag(args, 'all') ? Infinity : limitOf(args)
    if (text(args, 'state') === 'waiting') return findWaiting(args, context, limit)
    const items: CertificationSummary[] = []
    let count = 0
    let more = false
    for await (const page of pages(openNodes(args), queryOf(args), limit)) {
      count += page.items.length
      more = page.next !== undefined
      if (args.json)
        context.out.write(page.items.map((item) => `${printableJson(item)}\n`).join(''))
      else items.push(...page.items)
    }
    if (items.length > 0) context.out.write(tableOf(items))
    if (more) context.err.write('There are more: repeat with --all or a larger --limit.\n')
    if (count > 0) return EXIT.fine
    const none = new NotFoundError('CERTIFICATION_NOT_FOUND', 'No certification fits.')
    return reportAbsent(none, { context, json: args.json })
  },
}

async function* pages(ask: Ask, query: Query, limit: number) {
  let count = 0
  let after: string | undefined
  do {
    const asked = { ...query, limit: Math.min(PAGE, limit - count) }
    const from = after
    const page = await ask((node) =>
      node.find(from === undefined ? asked : { ...asked, after: from }),
    )
    yield page
    count += page.items.length
    after = page.next
  } while (after !== undefined && count < limit)
}

function queryOf(args: Arguments): Query {
  const state = text(args, 'state')
  const known = STATES.find((one) => one === state)
  if (state !== undefined && known === undefined)
    throw new ConfigError('USAGE', `--state must be one of: ${STATES.join(', ')}, waiting`)
  const filters: [string, string][] = []
  for (const name of FILTERS) {
    const value = text(args, name)
    if (value !== undefined) filters.push([name, filterValue(name, value)])
  }
  return { ...Object.fromEntries(filters), ...(known === undefined ? {} : { state: known }) }
}

/** A node refuses the same; here it is known sooner and in the words of the command line. */
function filterValue(name: (typeof FILTERS)[number], value: string): string {
  if (name === 'rebuilder') {
    const fingerprint = readFingerprint(value)
    if (fingerprint !== undefined) return fingerprint
    const rule = 'the whole fingerprint of a primary key: 40 or 64 hex digits'
    throw new ConfigError('USAGE', `--rebuilder takes ${rule}`)
  }
  const digits = DIGITS.get(name)
  if (digits === undefined || (value.length === digits && /^[0-9a-f]+$/i.test(value))) return value
  throw new ConfigError('USAGE', `--${name} takes ${digits} hex digits`)
}

function limitOf(args: Arguments): number {
  const given = text(args, 'limit') ?? String(DEFAULT_LIMIT)
  if (!/^[1-9]\d{0,8}$/.test(given))
    throw new ConfigError('USAGE', '--limit must be a whole number above 0')
  return Number(given)
}

function tableOf(items: readonly CertificationSummary[]): string {
  const rows = items.map((item) => [
    shortHex(item.id),
    item.collections.join(','),
    item.sources[0] === undefined ? '' : sourceText(item.sources[0]),
    item.state,
    item.rebuilder === null ? item.keyId : keyIdOf(item.rebuilder),
    item.signedAt?.slice(0, 10) ?? '-',
  ])
  return table(['ID', 'COLLECTION', 'SOURCE', 'STATE', 'REBUILDER', 'SIGNED'], rows)
}

function sourceText(source: SourceIdentifier): string {
  switch (source.ecosystem) {
    case 'debian':
      return `${source.source} ${source.version} ${source.architecture}`
    case 'maven':
      return [source.group, source.artifact, source.version ?? ''].join(':')
    case 'product':
      return `${source.product} ${source.version}`
    default:
      return source
  }
}
