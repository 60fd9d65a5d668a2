/* The feed of the vectors: what stands in it, and who says so. */
import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { plainRows } from '../../src/feeds/format/index-row.ts'
import type { CertificationEntry, Entry, PublicKeyEntry } from '../../src/feeds/format/entry.ts'
import { encodeOrigin, type PeerSigner } from '../../src/feeds/format/origin.ts'
import { hexOf } from './plain.ts'
import { signerOf, type Story, storyOf } from './story.ts'

const text = (from: string): Uint8Array => new TextEncoder().encode(from)
const AT = Date.parse('2026-12-01T00:00:00Z')
const ID = 'ab'.repeat(32)

const keyBytes = text('a public key, minimised')
const KEY: PublicKeyEntry = {
  kind: 'public-key',
  id: createHash('sha256').update(keyBytes).digest('hex'),
  bytes: keyBytes,
}
const CLEARSIGNED: CertificationEntry = {
  kind: 'certification',
  id: ID,
  dialect: 'debian',
  bytes: text('clearsigned'),
  acceptedAt: AT,
}
const DETACHED: CertificationEntry = {
  kind: 'certification',
  id: 'cd'.repeat(32),
  dialect: 'jvm',
  bytes: text('a document'),
  signature: text('armor'),
  alias: 'org/example/tool/1.0/tool-1.0-ä.buildinfo',
  acceptedAt: 0,
}
const WITHHOLDING: Entry = {
  kind: 'withholding',
  id: ID,
  reason: 'A name was in it.',
  code: 'privacy',
  at: AT,
  cleared: { sequence: 3, position: 1 },
  moves: [
    { from: { sequence: 3, position: 0 }, to: { sequence: 7, position: 0 } },
    { from: { sequence: 3, position: 2 }, to: { sequence: 7, position: 1 } },
  ],
}
const ELSEWHERE: Entry = {
  kind: 'withholding',
  id: ID,
  reason: 'Only others had it.',
  code: 'legal',
  at: AT,
  moves: [],
}
const RESTORATION: Entry = { kind: 'restoration', id: ID, at: AT }

export const BLOCKS: readonly (readonly [string, readonly Entry[]])[] = [
  ['a public key', [KEY]],
  ['a clearsigned certification, and one with a detached signature', [CLEARSIGNED, DETACHED]],
  ['a withholding of what stood here, with the new places of its neighbours', [WITHHOLDING]],
  ['a withholding of what only other feeds had', [ELSEWHERE]],
  ['a restoration', [RESTORATION]],
]

const PEER_SEED = new Uint8Array(32).fill(2)

/** Of the peer that the vectors are told by. */
export const peerKey = () => generateKeyPairFromSeed('Ed25519', PEER_SEED)

export async function peer(): Promise<PeerSigner & { readonly publicKey: string }> {
  const key = await peerKey()
  return {
    peerId: peerIdFromPrivateKey(key).toString(),
    publicKey: hexOf(key.publicKey.raw),
    sign: async (bytes) => key.sign(bytes),
  }
}

/** The origin of the feed by that key, as `networkVectors` tells it too. */
export async function originOf(key: string, previous?: string): Promise<Uint8Array> {
  const claims = {
    format: 1,
    collection: 'debian',
    dialect: 'debian',
    ...(previous && { previous }),
  } as const
  return encodeOrigin(key, claims, await peer())
}

/** What is said in block 0, then a pair for each data block. */
async function storyWith(blocks: readonly (readonly Entry[])[]): Promise<Story> {
  const writer = signerOf(1)
  const { key } = storyOf(writer, [])
  const pairs = blocks.flatMap((entries) => [
    encodeDataBlock1(entries),
    encodeIndexBlock1(plainRows(entries)),
  ])
  return storyOf(writer, [await originOf(key), ...pairs])
}

/** The story of the vectors: 11 blocks. */
export const vectorStory = (): Promise<Story> => storyWith(BLOCKS.map(([, entries]) => entries))

/** By the same writer: five blocks. */
export const otherStory = (): Promise<Story> => storyWith([[RESTORATION], [KEY]])
