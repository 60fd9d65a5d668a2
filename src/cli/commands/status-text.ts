/* What `status` shows, for people. */
import { counted } from '../../base/counted.ts'
import type { FeedStatus } from '../../contract/feed-status.ts'
import type { PeerStatus } from '../../contract/peer-status.ts'
import type { Status } from '../../contract/status.ts'
import { printable } from '../terminal/printable.ts'
import { shortHex, table } from '../terminal/table.ts'
import { copiesText } from './status-copies.ts'

/** All that a node says of itself, with its collections, feeds and peers as tables. */
export function statusText(
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
    ...peerTable(peers, found.unanswered),
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
    ...(rows.length > 0 ? ['\n', table(heading, rows), LEGEND] : []),
    ...(refused > 0 ? [`${refused} more were offered and not copied; GET /feeds says why\n`] : []),
  ]
}

const LEGEND = `COPIES: other nodes from which blocks were read back in the last day (+ those who only say that they have it).
Only peers that you named count, and those for whose feeds they vouch; if copies-of is set, those it lists.
`

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

function peerTable(
  peers: readonly PeerStatus[],
  unanswered: Status['unanswered'] = [],
): readonly string[] {
  if (peers.length + unanswered.length === 0) return []
  const asked = unanswered.map(({ url, failure }) => [
    url,
    'no',
    'yes',
    '0',
    '0',
    failure === null ? 'not asked yet' : 'no node answers there; see Advice',
  ])
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
    table(
      ['PEER', 'CONNECTED', 'CONFIGURED', 'RECEIVED', 'SENT', 'URL OR TROUBLE'],
      [...rows, ...asked],
    ),
  ]
}
