/* Vectors of src/spec/replication.md, written by hand but for the name of a channel. */
import { blake2b } from '@noble/hashes/blake2.js'
import { vectorStory } from './feed-story.ts'
import { hexOf } from './plain.ts'
import { pushVectors } from './pushes.ts'

/** Peer ids of two connected peers; the first opens the stream. */
const OPENERS: readonly (readonly [opens: string, other: string])[] = [
  [
    '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc9',
  ],
  // upper case stands before lower case
  [
    '12D3KooWZnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    '12D3KooWanDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
  ],
]

interface Waiting {
  readonly what: string
  readonly length: number
  /** Sequences of blocks that are here. */
  readonly here: readonly number[]
  readonly withheld?: readonly number[]
  /** Those that a connected peer says it has. */
  readonly obtainable?: readonly number[]
  /** What is over of {5 s, 60 s}. */
  readonly over: 'nothing' | 'gone' | 'stuck'
  /** Data blocks of the pairs that are followed now, from 1 on. */
  readonly next: readonly number[]
}

const WAITING: readonly Waiting[] = [
  { what: 'all of it', length: 5, here: [0, 1, 2, 3, 4], over: 'nothing', next: [1, 3] },
  { what: 'an index block that is not here yet', length: 5, here: [0, 1, 2, 3], over: 'nothing', next: [1] },
  { what: 'a length that ends with a data block', length: 4, here: [0, 1, 2, 3], over: 'stuck', next: [1] },
  { what: 'a hole', length: 7, here: [0, 3, 4, 5, 6], over: 'nothing', next: [] },
  { what: 'a hole that no peer has, after 5 s', length: 7, here: [0, 3, 4, 5, 6], over: 'gone', next: [1, 3, 5] },
  { what: 'a hole that a peer has, after 5 s', length: 7, here: [0, 3, 4, 5, 6], obtainable: [1, 2], over: 'gone', next: [] },
  { what: 'a hole of which a peer has one block of two, after 5 s', length: 7, here: [0, 3, 4, 5, 6], obtainable: [1], over: 'gone', next: [1, 3, 5] },
  { what: 'a hole that a peer has and does not send, after 60 s', length: 7, here: [0, 3, 4, 5, 6], obtainable: [1, 2], over: 'stuck', next: [1, 3, 5] },
  { what: 'a hole with nothing behind it', length: 7, here: [0, 1, 2, 3, 4], over: 'stuck', next: [1, 3] },
  { what: 'a block that is withheld here', length: 7, here: [0, 2, 3, 4], withheld: [1], over: 'nothing', next: [1, 3] },
  { what: 'a block that is withheld, with nothing behind it', length: 3, here: [0, 2], withheld: [1], over: 'nothing', next: [1] },
] // prettier-ignore

export async function replicationVectors() {
  const { key } = await vectorStory()
  const name = new TextEncoder().encode('hypercore')
  const id = blake2b(name, { key: Buffer.from(key, 'hex'), dkLen: 32 })
  return {
    openers: OPENERS.map(([opens, other]) => ({ opens, other })),
    channel: { feed: key, protocol: 'hypercore/alpha', id: hexOf(id) },
    waiting: WAITING,
    pushes: await pushVectors(),
  }
}
