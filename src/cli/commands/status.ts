import { setTimeout as sleep } from 'node:timers/promises'
import { counted } from '../../base/counted.ts'
import { ConfigError } from '../../base/errors.ts'
import type { FeedStatus } from '../../contract/feed-status.ts'
import type { PeerStatus } from '../../contract/peer-status.ts'
import type { Repository } from '../../contract/repository.ts'
import type { Status } from '../../contract/status.ts'
import {
  type Command,
  type CommandContext,
  flag,
  type Invocation,
  refusePositionals,
} from '../terminal/command.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { type Ask, NODE_HELP, NODE_OPTION, openNodes } from '../nodes/nodes.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'
import { numberOf } from '../terminal/number-option.ts'
import { holdersText, lostWithout, safetyText, shortOfCopies } from './status-copies.ts'
import { statusText } from './status-text.ts'

/** Between two questions while it waits, in milliseconds. */
const INTERVAL = 500
const MOST_COPIES = 1_000

export const status: Command = {
  name: 'status',
  summary: 'show what a node holds, its peers and feeds, and how far it is',
  usage: '[--wait] [--copies N] [--safe-to-leave] [--node URL]…',
  help: `
  --wait                        wait until it has caught up with its peers, with a bar at a terminal
  --copies N                    name every feed of which fewer than N other nodes have a copy, and
                                what this node alone has
  --safe-to-leave               say what would be lost if this node never came back, and nothing else:
                                it goes without --wait and --copies
${NODE_HELP}

A copy counts that was checked: blocks were read back within a day, from a peer that is named or
vouched for, or listed in copies-of; all of one operator or network prefix are one copy.

Exit: 0 it answered, 1 it is isolated (none of its peers is connected), or it waited and not
everything is here or a configured peer is not reached, or there are fewer copies than N, or
something would be lost, 3 no node answered.`,
  options: {
    ...NODE_OPTION,
    wait: { type: 'boolean' },
    copies: { type: 'string' },
    'safe-to-leave': { type: 'boolean' },
  },
  async run(args, context) {
    refusePositionals(status, args)
    const ask = openNodes(args)
    const wanted = numberOf(args, 'copies', MOST_COPIES)
    if (flag(args, 'safe-to-leave') && (flag(args, 'wait') || wanted !== undefined))
      throw new ConfigError(
        'USAGE',
        '--safe-to-leave goes alone: ask for --wait or --copies before it',
      )
    if (flag(args, 'wait')) await caughtUp(ask, args.json ? undefined : context.err)
    const { found, peers, feeds } = await ask(async (node: Repository) => ({
      found: await node.status(),
      peers: await node.peers(),
      feeds: await node.feeds(),
    }))
    if (flag(args, 'safe-to-leave')) return sayIfSafe({ found, peers, feeds }, { args, context })
    context.out.write(
      args.json
        ? `${printableJson({ ...found, peerList: peers, feeds })}\n`
        : statusText(found, peers, feeds),
    )
    if (found.isolated)
      context.err.write(
        'This node is isolated: none of its peers is connected. What others certified lately may be missing here.\n',
      )
    sayFewCopies(found, feeds, context)
    const short = wanted === undefined ? [] : shortOfCopies(feeds, wanted)
    for (const sentence of short) context.err.write(`${printable(sentence)}\n`)
    const lacking = flag(args, 'wait') ? lackingIn(found, peers, feeds) : []
    for (const sentence of lacking)
      context.err.write(`${printable(`Not everything is here: ${sentence}`)}\n`)
    const isFine = lacking.length === 0 && short.length === 0 && !found.isolated
    return isFine ? EXIT.fine : EXIT.refused
  },
}

interface Answers {
  readonly found: Status
  readonly peers: readonly PeerStatus[]
  readonly feeds: readonly FeedStatus[]
}

function sayIfSafe({ found, peers, feeds }: Answers, { args, context: { out } }: Invocation): Exit {
  const lost = lostWithout(found, feeds)
  const isSafe = lost.length === 0
  const holders = found.copies?.holders ?? []
  const said = isSafe ? safetyText(found, feeds) : ['This would be lost with this node:', ...lost]
  if (args.json) out.write(`${printableJson({ safe: isSafe, lost, holders })}\n`)
  else
    out.write(
      [...said, ...holdersText(holders, peers)].map((one) => `${printable(one)}\n`).join(''),
    )
  return isSafe ? EXIT.fine : EXIT.refused
}

/** As its operator wants to be told. */
function sayFewCopies(
  { copies }: Status,
  feeds: readonly FeedStatus[],
  { err }: CommandContext,
): void {
  if (copies === undefined || copies.short === 0) return
  const sentences = shortOfCopies(feeds, copies.wanted).map(printable)
  const told = ['There are fewer copies than min-copies wants:', ...sentences].join('\n')
  err.write(err.terminal ? `\u001b[31m${told}\u001b[0m\n` : `${told}\n`)
}

/** Why waiting longer brings nothing now. */
function lackingIn(
  { blocks, unanswered = [] }: Status,
  peers: readonly PeerStatus[],
  feeds: readonly FeedStatus[],
): readonly string[] {
  const missing = blocks.known - blocks.here
  const halted = feeds.filter(({ state }) => state === 'paused' || state === 'frozen').length
  const away = peers.filter(({ configured, connected }) => configured && !connected)
  return [
    ...away.map(
      ({ peerId, failure }) =>
        `peer ${peerId} is not connected${failure === null ? '' : `: ${failure}`}`,
    ),
    ...unanswered.map(({ url, failure }) => failure ?? `nobody has answered at ${url} yet`),
    ...(missing > 0 ? [`${counted(missing, 'block')} that no connected peer has sent`] : []),
    ...(halted > 0 ? [`${counted(halted, 'feed')} paused or frozen; the table says why`] : []),
  ]
}

/** Shows how far it is, as long as it is not there. */
async function caughtUp(ask: Ask, output: CommandContext['err'] | undefined): Promise<void> {
  const progress = await openProgress(output, 'catching up')
  try {
    for (;;) {
      const { ready, blocks } = await ask((node) => node.status())
      if (ready && blocks.indexed >= blocks.here) return
      progress.show(blocks.indexed, Math.max(blocks.known, blocks.indexed))
      await sleep(INTERVAL)
    }
  } finally {
    progress.stop()
  }
}
