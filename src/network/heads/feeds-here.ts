/** Of the feeds that are here, what others say is kept. */
export interface FeedsHere {
  /** Peer id of this node, which owns the feeds that it writes. */
  readonly owner: string
  readonly has: (feed: string) => boolean
  /** Peer id of the owner of a feed that is here; `undefined` while it is not known. */
  readonly ownerOf: (feed: string) => string | undefined
}
