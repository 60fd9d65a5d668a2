import { readMetablock, writeMetablock } from '../../certification/metablock.ts'
import { armorPublicKey, type PublicKey } from '../../certification/signatures/public-key.ts'
import { ConfigError, isExpected } from '../../base/errors.ts'
import { type Arguments, type Command, type Invocation, text } from '../terminal/command.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { report } from '../terminal/report.ts'
import { DEFAULT_NODE } from '../nodes/nodes.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'
import { openRebuilderd, type Package, type RebuilderdInstance } from './rebuilderd-instance.ts'
import { openTarget, type Target, UNDER_WAY } from '../nodes/target.ts'

const FILTERS = ['distribution', 'release', 'architecture', 'name', 'version'] as const

type Fate = 'taken' | 'known' | 'none' | 'refused'

export const importRebuilderd: Command = {
  name: 'import rebuilderd',
  summary: "copy a rebuilderd instance's links to a node",
  usage: 'URL [--to URL]',
  help: `
Asks an instance of rebuilderd (API v1) for all packages that it could make again, and sends their
links to a node. Each link is taken by the signature of the instance's own key, which goes along;
what other keys signed beside it is left out. Run it again whenever you like: what the node has
already stays as it is.

  --to URL                      the node (${DEFAULT_NODE})
  --collection NAME             where several are of the dialect in-toto
  --distribution NAME, --release NAME, --architecture NAME,
  --name NAME, --version VERSION
                                only these packages

Exit: 0 every link is there, 1 one was refused or there was none, 3 somebody did not answer.
With --json: one object per package and line.`,
  options: {
    to: { type: 'string' },
    collection: { type: 'string' },
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' }] as const)),
  },
  async run(args, context) {
    const [url, ...others] = args.positionals
    if (url === undefined || others.length > 0)
      throw new ConfigError('USAGE', 'import rebuilderd takes the URL of one instance')
    const instance = openRebuilderd(url)
    const target = openTarget(text(args, 'to') ?? DEFAULT_NODE)
    const collection = text(args, 'collection') ?? (await target.collectionFor('in-toto'))
    const keys = await instance.keys()
    if (!args.json)
      for (const { fingerprint } of keys) context.out.write(`signed by ${fingerprint}\n`)
    return importAll({ instance, keys, target, collection }, { args, context })
  },
}

/** From where, by whose keys, and into what. */
interface Import {
  readonly instance: RebuilderdInstance
  readonly keys: readonly PublicKey[]
  readonly target: Target
  readonly collection: string
}

async function importAll(from: Import, { args, context }: Invocation): Promise<Exit> {
  const fates: Record<Fate, number> = { taken: 0, known: 0, none: 0, refused: 0 }
  const progress = await openProgress(args.json ? undefined : context.err, 'import')
  // where one meets silence the others need not ask on
  const stopped = new AbortController()
  let done = 0
  try {
    for await (const { total, records } of from.instance.packages(filterOf(args))) {
      const left = records.entries()
      const found: Fate[] = []
      const work = async (): Promise<void> => {
        for (const [at, one] of left) {
          if (stopped.signal.aborted) return
          const fate = await fateOf(from, one, {
            args,
            context,
            onReport: () => progress.clear(),
          })
          found[at] = fate
          fates[fate] += 1
          done += 1
          progress.show(done, Math.max(total, done))
        }
      }
      const works = Array.from({ length: UNDER_WAY }, () =>
        work().catch((error: unknown) => {
          stopped.abort()
          throw error
        }),
      )
      await Promise.all(works)
      if (args.json)
        for (const [at, one] of records.entries())
          context.out.write(`${printableJson({ ...one, fate: found[at] })}\n`)
    }
  } finally {
    progress.stop()
  }
  if (!args.json) context.out.write(`${printable(summaryOf(fates))}\n`)
  return fates.refused > 0 || fates.taken + fates.known === 0 ? EXIT.refused : EXIT.fine
}

function summaryOf({ taken, known, none, refused }: Readonly<Record<Fate, number>>): string {
  if (taken + known + none + refused === 0) return 'The instance has no such package.'
  const parts = [
    `${taken} taken`,
    `${known} known already`,
    `${none} without a link by its key`,
    ...(refused === 0 ? [] : [`${refused} refused`]),
  ]
  return parts.join(', ')
}

const filterOf = (args: Arguments): Readonly<Record<string, string>> =>
  Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = text(args, name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

/** @throws NetworkError where one of the two does not answer: then nothing that follows can go better */
async function fateOf(
  { instance, keys, target, collection }: Import,
  one: Package,
  { args, context, onReport }: Invocation & { readonly onReport: () => void },
): Promise<Fate> {
  try {
    const bytes = await instance.link(one)
    if (bytes === undefined) return 'none'
    const documents = signedBy(bytes, keys)
    if (documents.length === 0) return 'none'
    const sent = documents.map(({ document, pem }) =>
      target.repository.submit({ collection, bytes: document, keys: Buffer.from(pem) }),
    )
    const settled = await Promise.allSettled(sent)
    const outcomes = settled.flatMap((turn) => (turn.status === 'fulfilled' ? turn.value : []))
    // of two signatures by one key the good one counts
    if (outcomes.length === 0) await Promise.all(sent)
    return outcomes.every(({ status }) => status === 'known') ? 'known' : 'taken'
  } catch (error) {
    if (!isExpected(error) || FATAL.has(error.code)) throw error
    onReport()
    const file = `${one.name} ${one.version} ${one.architecture}`
    report(error, { context, json: args.json, file })
    return 'refused'
  }
}

const FATAL: ReadonlySet<string> = new Set([
  'NODE_UNREACHABLE',
  'TIMED_OUT',
  'READ_ONLY',
  'COLLECTION_UNKNOWN',
])

/** The link with one of its signatures, for each that a key of the instance claims to have made. */
function signedBy(
  bytes: Uint8Array,
  keys: readonly PublicKey[],
): readonly { readonly document: Uint8Array; readonly pem: string }[] {
  const { signed, signatures } = readMetablock(bytes)
  return keys.flatMap((key) => {
    const own = signatures.filter(({ fingerprint }) => fingerprint === key.fingerprint)
    const pem = armorPublicKey(key.bytes)
    return own.map((signature) => ({ document: writeMetablock(signed, signature), pem }))
  })
}
