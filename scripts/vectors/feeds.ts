/* Vectors of src/spec/feeds.md. */
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { plainRows } from '../../src/feeds/format/index-row.ts'
import { encodeEvidence } from '../../src/feeds/format/evidence.ts'
import { signedByHead } from '../../src/feeds/format/head.ts'
import type { InclusionProof } from '../../src/feeds/format/inclusion-proof.ts'
import { rootIndexes, siblingsOf, type TreeNode } from '../../src/feeds/format/tree.ts'
import { evidenceOf, refusedEvidence } from './evidence.ts'
import { BLOCKS, originOf, peer, vectorStory } from './feed-story.ts'
import { hexOf, plain } from './plain.ts'
import { REFUSED_BLOCKS } from './refused-blocks.ts'
import { signerOf, type Story, storyOf } from './story.ts'

const bare = ({ size, hash }: TreeNode) => ({ size, hash })

interface Proved {
  readonly sequence: number
  readonly length: number
  readonly isCleared?: boolean
}

function proofOf(story: Story, { sequence, length, isCleared = false }: Proved) {
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
      data: hexOf(encodeDataBlock1(entries)),
      rows: plainRows(entries),
      index: hexOf(encodeIndexBlock1(plainRows(entries))),
    })),
    refusedBlocks: REFUSED_BLOCKS.map(([kind, what, hex]) => ({
      kind,
      what,
      hex,
      code: 'ENTRY_SYNTAX',
    })),
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
      proofOf(story, { sequence: 3, length: 11 }),
      proofOf(story, { sequence: 0, length: 11 }),
      proofOf(story, { sequence: 10, length: 11 }),
      proofOf(story, { sequence: 3, length: 5, isCleared: true }),
    ],
    evidence: Object.values(evidence).map((one) => ({ ...one, hex: hexOf(encodeEvidence(one)) })),
    refusedEvidence: await refusedEvidence(),
  }
}
