/* Vectors of src/spec/feeds.md. */
import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { encode } from 'cborg'
import { encodeDataBlock, encodeIndexBlock, indexOf } from '../../src/feeds/format/block.ts'
import type { CertificationEntry, Entry, PublicKeyEntry } from '../../src/feeds/format/entry.ts'
import { encodeEvidence, type Evidence, nodesBetween } from '../../src/feeds/format/evidence.ts'
import { signedByHead } from '../../src/feeds/format/head.ts'
import type { InclusionProof } from '../../src/feeds/format/inclusion-proof.ts'
import { encodeOrigin, type PeerSigner } from '../../src/feeds/format/origin.ts'
import { rootIndexes, siblingsOf, type TreeNode } from '../../src/feeds/format/tree.ts'
import { hexOf, plain } from './plain.ts'
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

const BLOCKS: readonly (readonly [string, readonly Entry[]])[] = [
  ['a public key', [KEY]],
  ['a clearsigned certification, and one with a detached signature', [CLEARSIGNED, DETACHED]],
  ['a withholding of what stood here, with the new places of its neighbours', [WITHHOLDING]],
  ['a withholding of what only other feeds had', [ELSEWHERE]],
  ['a restoration', [RESTORATION]],
]

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const certification = [1, octets(ID), 'debian', text('x'), null, null, 0]
const data = (...entries: readonly unknown[]): string => hexOf(encode([1, 1, entries]))
const rows = (...items: readonly unknown[]): string => hexOf(encode([1, 2, items]))
const row = [1, octets(ID), 7]
const withholding = (cleared: unknown, moves: readonly unknown[], code: unknown = 'spam') =>
  data([3, octets(ID), text('why'), code, 0, cleared, moves])
const good = hexOf(encodeIndexBlock(indexOf([RESTORATION])))

/** All with ENTRY_SYNTAX. */
const REFUSED: readonly (readonly [kind: 'data' | 'index', what: string, hex: string])[] = [
  ['data', 'nothing', ''],
  ['data', 'an octet behind its end', `${data(certification)}00`],
  ['data', 'another version', hexOf(encode([2, 1, [certification]]))],
  ['data', 'an index block', rows(row)],
  ['data', 'no entry', data()],
  ['data', '65 entries', data(...Array.from({ length: 65 }, () => [4, octets(ID), 0]))],
  ['data', 'a kind of entry that is not known', data([5, octets(ID), 0])],
  ['data', 'an id of 31 octets', data([4, octets(ID.slice(2)), 0])],
  ['data', 'a time behind the year 9999', data([4, octets(ID), 253_402_300_800_000])],
  ['data', 'a time that is not whole', data([4, octets(ID), 0.5])],
  ['data', 'a negative time', data([4, octets(ID), -1])],
  ['data', 'a dialect that is no name', data(certification.with(2, 'De bian'))],
  ['data', 'an empty certification', data(certification.with(3, new Uint8Array()))],
  ['data', 'an alias that is a text string', data(certification.with(5, 'a/b.buildinfo'))],
  ['data', 'an alias that is no UTF-8', data(certification.with(5, octets('ff')))],
  ['data', 'a field too many', data([...certification, null])],
  ['data', 'a public key under another id', data([2, octets(ID), keyBytes])],
  ['data', 'a withholding with a code that is not known', withholding(null, [], 'whim')],
  ['data', 'a place in an index block', withholding([4, 0], [])],
  ['data', 'a move although nothing is cleared', withholding(null, [[3, 0, 5, 0]])],
  ['data', 'a move of what is cleared', withholding([3, 0], [[3, 0, 5, 0]])],
  ['data', 'a move out of another block', withholding([3, 0], [[5, 1, 7, 0]])],
  ['data', 'a move backwards', withholding([5, 0], [[5, 1, 3, 0]])],
  [
    'data',
    'moves out of order',
    withholding(
      [3, 0],
      [
        [3, 2, 5, 0],
        [3, 1, 5, 1],
      ],
    ),
  ],
  ['index', 'a length of 0', rows([1, octets(ID), 0])],
  ['index', 'a length beyond that of any entry', rows([1, octets(ID), 1_119_233])],
  ['index', 'an id in hex', rows([1, ID, 7])],
  ['index', 'a row that is a map', rows({ 0: 1, 1: octets(ID), 2: 7 })],
  ['index', 'no row', rows()],
  ['index', 'a number in more octets than it needs', good.replace(/^8301/, '831801')],
  ['index', 'an array without a length', `9f${good.slice(2)}ff`],
  ['index', 'a tag', `c0${good}`],
  ['index', 'a number as a float', good.replace(/^8301/, '83f93c00')],
]

const PEER_SEED = new Uint8Array(32).fill(2)

async function peer(): Promise<PeerSigner & { readonly publicKey: string }> {
  const key = await generateKeyPairFromSeed('Ed25519', PEER_SEED)
  return {
    peerId: peerIdFromPrivateKey(key).toString(),
    publicKey: hexOf(key.publicKey.raw),
    sign: async (bytes) => key.sign(bytes),
  }
}

/** The origin of the feed by that key, as `networkVectors` tells it too. */
export async function originOf(key: string, previous?: string): Promise<Uint8Array> {
  const claims = { collection: 'debian', dialect: 'debian', ...(previous && { previous }) }
  return encodeOrigin(key, claims, await peer())
}

/** What is said in block 0, then a pair for each data block. */
export async function storyWith(blocks: readonly (readonly Entry[])[]): Promise<Story> {
  const writer = signerOf(1)
  const { key } = storyOf(writer, [])
  const pairs = blocks.flatMap((entries) => [
    encodeDataBlock(entries),
    encodeIndexBlock(indexOf(entries)),
  ])
  return storyOf(writer, [await originOf(key), ...pairs])
}

/** The story of the vectors: 11 blocks. */
export const vectorStory = (): Promise<Story> => storyWith(BLOCKS.map(([, entries]) => entries))

const bare = ({ size, hash }: TreeNode) => ({ size, hash })

function proofOf(story: Story, sequence: number, length: number, isCleared: boolean) {
  const block = story.blocks[sequence] ?? new Uint8Array()
  const proof: InclusionProof = {
    version: 1,
    feed: story.key,
    publicKey: story.publicKey,
    sequence,
    head: story.head(length),
    block: isCleared ? null : Buffer.from(block).toString('base64'),
    leaf: bare(story.node(2 * sequence)),
    siblings: siblingsOf(sequence, length).map((index) => bare(story.node(index))),
    roots: story.roots(length).map(bare),
  }
  return proof
}

/** One of each kind. */
export async function evidenceOf(): Promise<readonly Evidence[]> {
  const longer = await vectorStory()
  const other = await storyWith([[RESTORATION], [KEY]])
  const { publicKey } = longer
  const nodes = nodesBetween(5, 11).map((index) => bare(longer.node(index)))
  return [
    { kind: 'fork', publicKey, heads: [longer.head(3, 1)] },
    { kind: 'two-roots', publicKey, heads: [longer.head(5), other.head(5)] },
    { kind: 'no-extension', publicKey, heads: [other.head(5), longer.head(11)], nodes },
  ]
}

/** Not signed over, or not what it says: SIGNATURE_INVALID; another form: ENTRY_SYNTAX. */
async function refusedEvidence() {
  const longer = await vectorStory()
  const { publicKey } = longer
  const [fork, twoRoots, noExtension] = await evidenceOf()
  if (noExtension?.kind !== 'no-extension') throw new Error('no evidence')
  const of = (what: string, code: string, evidence: Evidence) => ({
    what,
    code,
    hex: hexOf(encodeEvidence(evidence)),
  })
  const nodesOf = nodesBetween(5, 11).map((index) => bare(longer.node(index)))
  const signed = 'SIGNATURE_INVALID'
  return [
    of('a fork of 0', signed, { kind: 'fork', publicKey, heads: [longer.head(3)] }),
    of('the same root twice', signed, {
      kind: 'two-roots',
      publicKey,
      heads: [longer.head(5), longer.head(5)],
    }),
    of('two lengths of one story', signed, {
      kind: 'no-extension',
      publicKey,
      heads: [longer.head(5), longer.head(11)],
      nodes: nodesOf,
    }),
    of('a node too few', signed, { ...noExtension, nodes: noExtension.nodes.slice(1) }),
    of('the heads of another feed', signed, { ...twoRoots!, publicKey: signerOf(9).publicKey }),
    {
      what: 'a kind that is not known',
      code: 'ENTRY_SYNTAX',
      hex: hexOf(encodeEvidence(fork!)).replace(/^850100/, '850103'),
    },
    {
      what: 'one head where two are needed',
      code: 'ENTRY_SYNTAX',
      hex: hexOf(encodeEvidence(fork!)).replace(/^850100/, '850101'),
    },
  ]
}

function treeVectors(story: Story) {
  const lengths = story.blocks.map((_, at) => at + 1)
  return {
    blocks: story.blocks.map(hexOf),
    leaves: story.blocks.map((_, at) => bare(story.node(2 * at))),
    lengths: lengths.map((length) => ({
      length,
      roots: rootIndexes(length).map((index) => ({ ...story.node(index) })),
      root: story.head(length).root,
    })),
  }
}

export async function feedVectors() {
  const story = await vectorStory()
  const { publicKey, key } = story
  const previous = storyOf(signerOf(3), []).key
  const { peerId, publicKey: peerKey } = await peer()
  const evidence = await evidenceOf()
  return {
    blocks: BLOCKS.map(([what, entries]) => ({
      what,
      entries: plain(entries),
      data: hexOf(encodeDataBlock(entries)),
      rows: indexOf(entries),
      index: hexOf(encodeIndexBlock(indexOf(entries))),
    })),
    refusedBlocks: REFUSED.map(([kind, what, hex]) => ({ kind, what, hex, code: 'ENTRY_SYNTAX' })),
    feed: { publicKey, key },
    origins: [
      {
        what: 'a feed that replaces none',
        hex: hexOf(story.blocks[0] ?? new Uint8Array()),
        says: { collection: 'debian', dialect: 'debian', peerId },
        peerKey,
      },
      {
        what: 'a feed that replaces another',
        hex: hexOf(await originOf(key, previous)),
        says: { collection: 'debian', dialect: 'debian', previous, peerId },
        peerKey,
      },
    ],
    heads: [1, 3, 11].map((length) => {
      const head = story.head(length)
      return { ...head, signed: signedByHead(key, head).toString('hex') }
    }),
    tree: treeVectors(story),
    proofs: [
      proofOf(story, 3, 11, false),
      proofOf(story, 0, 11, false),
      proofOf(story, 10, 11, false),
      proofOf(story, 3, 5, true),
    ],
    evidence: evidence.map((one) => ({ ...one, hex: hexOf(encodeEvidence(one)) })),
    refusedEvidence: await refusedEvidence(),
  }
}
