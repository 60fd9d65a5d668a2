/* What the operator says of peers, and is told of those that a node remembers. */

/** Why a peer does not come back. `removed`: until it is added again. `banned`: until it is unbanned, whoever adds it. */
export type Bar = 'removed' | 'banned'

/** A peer that this node remembers, connected or not. */
export interface KnownPeerStatus {
  readonly peerId: string
  /** Those by which it can be dialled from here, as it signed them, with its peer id at the end. */
  readonly addresses: readonly string[]
  /** When it was connected last, whoever dialled, in milliseconds since 1970; `null`: never. */
  readonly metAt: number | null
  /** When it answered a dial last, likewise. */
  readonly reachedAt: number | null
  /** Peer id of who told its address first; its own if it did itself; `null`: nobody. */
  readonly toldBy: string | null
  /** In the config file, by a flag, or by `peers add`. */
  readonly configured: boolean
  readonly connected: boolean
  readonly barred: Bar | null
}

/** What only the operator may do, over the control socket. */
export interface PeerBook {
  /**
   * Kept on disk, dialled at once.
   * @param peer an address with its peer id at the end, or the URL of its HTTP API
   * @throws ConfigError SETTING_INVALID; NetworkError ANSWER_UNEXPECTED if no node is at that URL; StorageError DISK
   */
  readonly add: (peer: string) => Promise<{
    /** `null` as long as nobody answers at its URL. */
    readonly peerId: string | null
    /** Why that is so, in a sentence. */
    readonly failure: string | null
  }>
  /**
   * By peer id, address or URL. It is hung up, and neither dialled nor let in again, whoever tells of it, until it is added.
   * @returns false if it was not there; one from the config stays
   */
  readonly remove: (peer: string) => Promise<boolean>
  /**
   * By peer id or address, known or not: it is removed, and cannot be added before it is unbanned.
   * @throws ConfigError SETTING_INVALID if it is no peer, this node itself, or one from the config
   */
  readonly ban: (peer: string) => Promise<void>
  /** @returns false if it was neither banned nor removed */
  readonly unban: (peer: string) => Promise<boolean>
  /** All that are remembered, those who are connected first; and those who were removed or banned. */
  readonly known: () => readonly KnownPeerStatus[]
}
