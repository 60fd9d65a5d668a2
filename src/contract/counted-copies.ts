/* How many other nodes have something, as the network finds it out. */

/** A peer that says that it has a feed, or was asked for blocks of it. */
export interface CopyingPeer {
  readonly peerId: string
  /** What it calls itself, which nobody proves. */
  readonly name: string | null
  /** Blocks were read back from it in the last day, and it is one whose copy counts. */
  readonly counts: boolean
  /** When blocks of it were read back last and all were right, in milliseconds since 1970. */
  readonly checkedAt: number | null
  /** When one was not right, in milliseconds since 1970, if none was since. */
  readonly failedAt: number | null
}

/** How many other nodes have something. */
export interface PlaceCopies {
  /** Of whom it was checked; those who stand together, as behind one prefix of addresses, are one. */
  readonly counted: number
  /** Others that say so. */
  readonly claims: number
}

/** How many other nodes have what is here of a feed. */
export interface FeedCopies extends PlaceCopies {
  /** Blocks that are here, of which no other node has a copy that counts. */
  readonly only: number
  readonly peers: readonly CopyingPeer[]
}
