import { hkdfSync, randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import crypto from 'hypercore-crypto'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { plainRows } from '../../src/feeds/format/index-row.ts'
import type { Entry } from '../../src/feeds/format/entry.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { signedByHead } from '../../src/feeds/format/head.ts'
import { encodeOrigin } from '../../src/feeds/format/origin.ts'
import { openLiar } from './network.ts'
import { readSubmitted } from './read-submitted.ts'
import { rebuilder } from './rebuilder.ts'
import { signed } from './submission.ts'

const pairOf = (entries: readonly Entry[]): readonly Uint8Array[] => [
  encodeDataBlock1(entries),
  encodeIndexBlock1(plainRows(entries)),
]

/** One writer that tells several stories, each by another peer. */
export async function storyWriter() {
  const feedSeed = new Uint8Array(randomBytes(32))
  const privateKey = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(privateKey).toString()
  const signer = { peerId, sign: async (bytes: Uint8Array) => privateKey.sign(bytes) }
  const certifier = await rebuilder()
  const certifications = new Map<string, readonly Uint8Array[]>()
  const ids = new Map<string, string>()
  const pair = async (version: string): Promise<readonly Uint8Array[]> => {
    const there = certifications.get(version)
    if (there !== undefined) return there
    const { key, certification } = await readSubmitted(await signed({ version }, certifier))
    const made = pairOf([key, certification])
    certifications.set(version, made)
    ids.set(version, certification.id)
    return made
  }
  const claims = { format: 1, collection: 'debian', dialect: 'debian' } as const
  return {
    id: (version: string): string => ids.get(version) ?? '',
    blocks: async (...versions: readonly string[]) =>
      (await Promise.all(versions.map(pair))).flat(),
    /** A peer that serves the feed with a pair for each version. */
    tells: async (versions: readonly string[], change?: (feed: OwnFeed) => OwnFeed) =>
      openLiar(
        async (feed) => [
          await encodeOrigin(feed.key, claims, signer),
          ...(await Promise.all(versions.map(pair))).flat(),
        ],
        { feedSeed, change },
      ),
    sign: (feed: OwnFeed, head: { length: number; fork: number; root: string }): string => {
      const info = 'countersign/feed/1/debian/0'
      const seed = hkdfSync('sha256', feedSeed, Buffer.alloc(0), info, 32)
      const { secretKey } = crypto.keyPair(Buffer.from(seed))
      return crypto.sign(signedByHead(feed.key, head), secretKey).toString('hex')
    },
  }
}
