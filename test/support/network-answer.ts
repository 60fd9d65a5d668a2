/* What a node answers of a network of any size. */
import { createHash } from 'node:crypto'
import { NOTHING_SKIPPED } from '../../src/contract/following.ts'
import type { KnownFeed, NetworkAnswer } from '../../src/contract/network-answer.ts'
import type { PeerStatus } from '../../src/contract/peer-status.ts'

export const AT = '2026-11-28T10:00:00.000Z'
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** As long as a real one, and as different from others. */
export function peerIdOf(number: number): string {
  const bytes = createHash('sha512').update(String(number)).digest()
  const digits = Array.from(bytes.subarray(0, 44), (byte) => DIGITS[byte % DIGITS.length] ?? '')
  return `12D3KooW${digits.join('')}`
}

export const peerOf = (number: number, said: Partial<PeerStatus> = {}): PeerStatus => ({
  peerId: peerIdOf(number),
  addresses: [],
  configured: true,
  removable: false,
  connected: true,
  direction: 'outbound',
  connectedAt: AT,
  gossip: true,
  replicating: true,
  name: null,
  publicUrl: null,
  readOnly: false,
  nextDialAt: null,
  failure: null,
  faults: 0,
  received: 0,
  sent: 0,
  ...said,
})

/** One that is configured and does not answer. */
export const awayOf = (number: number, said: Partial<PeerStatus> = {}): PeerStatus =>
  peerOf(number, {
    addresses: [`/dns4/node-${number}.example/tcp/8001/p2p/${peerIdOf(number)}`],
    connected: false,
    direction: null,
    connectedAt: null,
    failure: 'it refuses connections there: is it running?',
    nextDialAt: AT,
    readOnly: null,
    ...said,
  })

export const feedOf = (number: number, said: Partial<KnownFeed> = {}): KnownFeed => ({
  key: createHash('sha256').update(String(number)).digest('hex'),
  collection: 'debian',
  owner: peerIdOf(number),
  previous: null,
  why: 'peer',
  state: 'following',
  reason: null,
  length: 1_000,
  known: 1_234,
  downloaded: 900,
  indexed: 800,
  evidence: [],
  copies: { counted: 1, claims: 0, only: 0, peers: [peerIdOf(number)] },
  heads: [{ peerId: peerIdOf(number), length: 1_234, heardAt: AT }],
  ...said,
})

const SELF = '12D3KooWThisNode9c2Vn1Q4mYpKx7eRtB8sLwZ6uFgHjD3aSdE5'

/** One that this node writes, of which the first so many nodes have copies that count. */
export const ownFeedOf = (collection: string, length: number, counted: number): KnownFeed =>
  feedOf(length, {
    key: createHash('sha256').update(collection).digest('hex'),
    collection,
    owner: SELF,
    why: 'own',
    length,
    known: length,
    downloaded: length,
    indexed: length,
    copies: {
      counted,
      claims: 0,
      only: counted === 0 ? length : 0,
      peers: many(counted, peerIdOf),
    },
    heads: many(counted, (number) => ({ peerId: peerIdOf(number), length, heardAt: AT })),
  })

export const answerOf = (said: Partial<NetworkAnswer> = {}): NetworkAnswer => ({
  node: {
    version: '1.0.0',
    peerId: SELF,
    name: null,
    startedAt: AT,
    readOnly: false,
    follow: 'open',
    ready: true,
    isolated: false,
    addresses: [],
    advice: [],
    skipped: NOTHING_SKIPPED,
  },
  peers: [],
  feeds: [],
  nodes: [],
  remembered: 0,
  copies: { wanted: 0, short: 0 },
  omitted: 0,
  ...said,
})

export const many = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const NAMES = [
  'Rebuilders of Example',
  'Münster',
  'reproduce.debian.net mirror, second machine in Amsterdam, rack 7',
  'بناة',
  'ほげほげ',
  'Münster',
  'W'.repeat(64),
]

/** The names of nodes, by number: short ones, the longest ones, two alike, none. */
export const nameOf = (number: number): string | null =>
  number % 3 === 2 ? null : (NAMES[(number * 5) % NAMES.length] ?? null)

/** A mesh of so many nodes beside this one, some of them away, some only heard of, of which each writes a feed that some have. */
export function meshOf(count: number, away: number, apart: number): NetworkAnswer {
  const here = count - away - apart
  const peers = many(here + away, (number) =>
    number < here
      ? peerOf(number, {
          name: nameOf(number),
          configured: number % 4 !== 3,
          direction: number % 3 === 1 ? 'inbound' : 'outbound',
          readOnly: number % 5 === 4,
        })
      : awayOf(number, { name: nameOf(number) }),
  )
  const having = (of: number) =>
    many(count, (number) => number).filter((number) => number === of || (number * 7 + of) % 3 !== 0)
  const feeds = many(count, (number) => {
    const length = number % 4 === 3 ? 1 : 1_234 + number
    const holders = having(number)
    const counting = holders.filter((one) => one < here && one % 4 !== 3 && one !== number)
    return feedOf(number, {
      collection: number % 2 === 0 ? 'debian' : 'rebuilderd-of-a-long-name',
      length,
      known: length,
      downloaded: length - (number % 3),
      indexed: length - (number % 3),
      copies: {
        counted: Math.min(counting.length, 9),
        claims: holders.length - counting.length,
        only: 0,
        peers: counting.map(peerIdOf),
      },
      heads: holders.map((one) => ({
        peerId: peerIdOf(one),
        length: length - ((one * number) % 5 === 4 ? Math.floor(length / 3) : 0),
        heardAt: AT,
      })),
    })
  })
  return answerOf({
    node: {
      ...answerOf().node,
      name: 'Example, the first',
      addresses: [`/dns4/node.example/tcp/8001/p2p/${SELF}`],
    },
    peers,
    nodes: many(count, (number) => ({
      peerId: peerIdOf(number),
      name: nameOf(number),
      saidAt: number % 6 === 5 ? null : AT,
    })),
    remembered: 37,
    feeds: [
      ownFeedOf('debian', 2_345, Math.min(here, 4)),
      ownFeedOf('maven', 7, Math.min(here, 2)),
      ...feeds,
    ],
    copies: { wanted: 2, short: 0 },
  })
}
