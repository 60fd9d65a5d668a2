/* Evidence against a feed's writer: found here or told by a peer, verified, kept for good, passed on. */
import type { EvidenceStatus } from '../feeds/following.ts'
import type { Feed } from '../feeds/feed.ts'
import type { Head } from '../feeds/head.ts'
import type { State } from '../state/database.ts'

export interface EvidenceBook {
  readonly has: (feed: string) => boolean
  readonly of: (feed: string) => readonly EvidenceStatus[]
  /** All of it, as it is told to peers. */
  readonly encoded: () => readonly Uint8Array[]
  /** Compares a verified head with a feed that is here. Does nothing as long as that is shorter. */
  readonly compare: (feed: Feed, publicKey: string, head: Head) => Promise<void>
  /** A verified head with a fork. */
  readonly fork: (publicKey: string, head: Head) => Promise<void>
  /** @throws MalformedError, VerificationError if it proves nothing */
  readonly hear: (bytes: Uint8Array, peerId: string) => Promise<void>
}

export interface EvidenceBookParts {
  readonly state: State
  /** Of this node. */
  readonly peerId: string
  readonly onFound: (feed: string) => void
}

export async function openEvidenceBook(
  _parts: EvidenceBookParts,
): Promise<EvidenceBook & { readonly idle: () => Promise<void> }> {
  return {
    has: () => false,
    of: () => [],
    encoded: () => [],
    compare: async () => undefined,
    fork: async () => undefined,
    hear: async () => undefined,
    idle: async () => undefined,
  }
}
