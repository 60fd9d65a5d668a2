import { setTimeout as sleep } from 'node:timers/promises'
import { counted } from '../../base/counted.ts'
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
import { shortHex, table } from '../terminal/table.ts'
import { copiesText, lostWithout, shortOfCopies } from './status-copies.ts'

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
  --safe-to-leave               say what would be lost if this node never came back, and nothing else
${NODE_HELP}

A copy counts that was checked: blocks were read back within a day, from a peer that is named or
vouched for, or listed in copies-of; all of one operator or network prefix are one copy.

Exit: 0 it answered, 1 it is isolated (none of its peers is connected), or it waited and not
everything is here, or there are fewer copies than N, or something would be lost, 3 no node
answered.`,
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
    if (flag(args, 'wait')) await caughtUp(ask, args.json ? undefined : context.err)
    const { found, peers, feeds } = await ask(async (node: Repository) => ({
      found: await node.status(),
      peers: await node.peers(),
      feeds: await node.feeds(),
    }))
    if (flag(args, 'safe-to-leave')) return sayIfSafe(lostWithout(found, feeds), { args, context })
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

function sayIfSafe(lost: readonly string[], { args, context }: Invocation): Exit {
  const isSafe = lost.length === 0
  if (args.json) context.out.write(`${printableJson({ safe: isSafe, lost })}\n`)
  else if (isSafe)
    context.out.write('Nothing would be lost: other nodes have all that this node has.\n')
  else
    context.out.write(['This would be lost with this node:', ...lost.map(printable), ''].join('\n'))
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
  { blocks }: Status,
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

function statusText(
  found: Status,
  peers: readonly PeerStatus[],
  feeds: readonly FeedStatus[],
): string {
  const { blocks, waiting } = found
  const facts = [
    ['version', found.version],
    ...(found.name === null ? [] : [['name', found.name]]),
    ['peer id', found.peerId],
    ['started', found.startedAt],
    ['keys', String(found.keys)],
    ['rebuilders', String(found.rebuilders)],
    ['waiting', `${waiting.items} (${counted(waiting.bytes, 'byte')})`],
    ['peers', `${found.peers} connected${found.isolated ? ': isolated' : ''}`],
    ...copiesFact(found),
    ['follows', found.follow],
    ['takes', takes(found)],
    [
      'blocks',
      `${blocks.indexed} indexed, ${blocks.here} here, of ${blocks.known}${found.ready ? '' : ': catching up'}`,
    ],
    ...found.addresses.map((address, at) => [at === 0 ? 'peers add' : '', address]),
  ].map(([name = '', value = '']) => `${name.padEnd(12)}${printable(value)}\n`)
  const collections = found.collections.map((one) => [
    one.name,
    one.dialect,
    one.admit,
    String(one.certifications),
    one.feed === null ? '-' : shortHex(one.feed),
  ])
  return [
    ...facts,
    '\n',
    table(['COLLECTION', 'DIALECT', 'ADMIT', 'CERTIFICATIONS', 'OWN FEED'], collections),
    ...feedTable(feeds),
    ...peerTable(peers),
    ...(found.absentVouchers ?? []).map(absentText),
    ...found.advice.map((sentence) => `Advice: ${printable(sentence)}\n`),
  ].join('')
}

function absentText({
  peerId,
  count,
  until,
}: NonNullable<Status['absentVouchers']>[number]): string {
  const feeds = count === 1 ? '1 feed is' : `${count} feeds are`
  return `Peer ${printable(peerId)} is not connected: ${feeds} copied on its word until ${printable(until)}\n`
}

function copiesFact({ copies }: Status): readonly (readonly string[])[] {
  if (copies === undefined || copies.fewest === null) return []
  const wanted = copies.wanted > 0 ? `, wanted: ${copies.wanted}` : ''
  return [['copies', `${counted(copies.fewest, 'other node')} at least of what it writes${wanted}`]]
}

function takes({ readOnly, disk }: Status): string {
  if (readOnly) return 'no submissions: read-only'
  if (disk === null) return 'submissions'
  return `nothing since ${disk.since}: ${disk.reason} (${disk.cause})`
}

function feedTable(feeds: readonly FeedStatus[]): readonly string[] {
  const here = feeds.filter(({ state }) => state !== 'refused')
  const refused = feeds.length - here.length
  const rows = here.map((feed) => [
    shortHex(feed.key),
    feed.collection,
    feed.why,
    `${feed.indexed}/${feed.known}`,
    String(feed.bytes),
    copiesText(feed),
    feedState(feed),
  ])
  const heading = ['FEED', 'COLLECTION', 'WHY', 'INDEXED', 'BYTES', 'COPIES', 'STATE']
  return [
    ...(rows.length > 0 ? ['\n', table(heading, rows)] : []),
    ...(refused > 0 ? [`${refused} more were offered and not copied; GET /feeds says why\n`] : []),
  ]
}

/** Trouble stands behind it, so that there is no column for what is nothing nearly always. */
function feedState({ state, evidence, reason, holes, rejected }: FeedStatus): string {
  const troubles = [
    evidence.length > 0 ? 'two stories' : '',
    reason ?? '',
    holes > 0 ? counted(holes, 'hole') : '',
    rejected > 0 ? `${rejected} rejected` : '',
  ].filter((one) => one !== '')
  return troubles.length === 0 ? state : `${state}: ${troubles.join(', ')}`
}

function peerTable(peers: readonly PeerStatus[]): readonly string[] {
  if (peers.length === 0) return []
  const rows = peers.map((peer) => [
    `${peer.name === null ? '' : `${peer.name} `}…${peer.peerId.slice(-12)}`,
    peer.connected ? (peer.direction ?? 'yes') : 'no',
    peer.configured ? 'yes' : 'no',
    String(peer.received),
    String(peer.sent),
    peer.failure ?? peer.publicUrl ?? '',
  ])
  return [
    '\n',
    table(['PEER', 'CONNECTED', 'CONFIGURED', 'RECEIVED', 'SENT', 'URL OR TROUBLE'], rows),
  ]
}
