/** The signed state of a feed at one length. All bytes as lower-case hex. */
export interface Head {
  /** In hypercore blocks. */
  readonly length: number
  readonly fork: number
  /** hypercore's tree hash at that length. */
  readonly root: string
  /** Ed25519 over `TREE | key | root | length | fork`, as hypercore signs it. */
  readonly signature: string
}
