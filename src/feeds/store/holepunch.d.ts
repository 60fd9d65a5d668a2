// hypercore, corestore and hypercore-crypto ship no types. Only what this folder uses stands here.

declare module 'hypercore' {
  import type { EventEmitter } from 'node:events'
  import type { TreeNode } from 'hypercore-crypto'

  /** The newest signed state, as it is kept in memory. `signature` is `[1, 0]`, 64 bytes of Ed25519, `[0, 0]`. */
  interface SignedTree {
    readonly fork: number
    readonly length: number
    readonly rootHash: Buffer | null
    readonly signature: Buffer | null
  }

  /** Blocks that were asked for; destroyed, nothing more of it is asked. */
  export interface DownloadRange {
    destroy(): void
  }

  /** A remote node that has this core open. */
  export interface CorePeer {
    readonly remotePublicKey: Buffer
    readonly remoteLength: number
    readonly remoteFork: number
    /** Does it ask for blocks? */
    readonly remoteDownloading: boolean
    /** The stream of the session. */
    readonly stream: object
    /** `drained`: all that was written has gone out. */
    readonly protomux: { readonly drained: boolean }
    readonly remoteBitfield: { get(sequence: number): boolean }
    /** It has all blocks below; their bits may be unset. */
    readonly remoteContiguousLength: number
    /** Tells it how long the core is here. */
    sendSync(): void
  }

  /** A head that contradicts the core's, with the roots of its whole tree. */
  export interface ConflictProof {
    readonly fork: number
    readonly upgrade: {
      readonly length: number
      readonly nodes: readonly TreeNode[]
      readonly signature: Buffer
    }
  }

  /** Messages beside hypercore's own, on its channel of a core. A peer that knows no such name ignores them. */
  interface Extension {
    send(message: Buffer, peer: CorePeer): void
  }

  interface Appending {
    /** As it is kept; with it the core need not be one's own. It is verified. */
    readonly signature?: Buffer
    /** Nothing is appended beyond that. */
    readonly maxLength?: number
    /** The blocks are stored, and no peer was told of them yet. It is awaited. */
    readonly postappend?: () => Promise<void>
  }

  interface Manifest {
    readonly signers: readonly { readonly publicKey: Buffer }[]
  }

  class Hypercore extends EventEmitter {
    /** Reads stored nodes only; `treeHash()` of the instance waits for cleared blocks for ever. */
    static treeHashFromStorage(core: Hypercore, length: number): Promise<Buffer>
    readonly key: Buffer
    readonly length: number
    readonly byteLength: number
    readonly fork: number
    /** Comes with the first head of a core that was opened by its key. */
    readonly manifest: Manifest | null
    readonly peers: readonly CorePeer[]
    /** Not `null` from the moment it begins to close. */
    readonly closing: Promise<void> | null
    readonly core: {
      readonly header: {
        readonly tree: SignedTree
        /** Has met a conflict once. */
        readonly frozen: boolean
        readonly hints: { readonly contiguousLength: number }
      }
      /** Which blocks are here. */
      readonly bitfield: {
        get(sequence: number): boolean
        count(start: number, length: number, value: boolean): number
        /** -1 if there is none. */
        findFirst(value: boolean, start: number): number
      }
      readonly state: {
        readonly length: number
        readonly roots: readonly TreeNode[]
        /** Of that length; as it is kept. */
        readonly signature: Buffer | null
      }
      /** `eagerUpgrade`: takes longer heads by itself, also while it is inactive. */
      readonly replicator: { eagerUpgrade: boolean }
    }
    /** Of this session: stored tree nodes can be read whatever has become of the blocks. */
    readonly state: {
      readonly storage: {
        read(): { getTreeNode(index: number): Promise<TreeNode | null>; tryFlush(): void }
      }
    }
    ready(): Promise<void>
    append(blocks: readonly Buffer[], options?: Appending): Promise<unknown>
    /** Asks peers for a longer head. Resolves to `false` when none of them has one. */
    update(options: { readonly wait: true }): Promise<boolean>
    /** `binary`: octets as they are. What `onmessage` throws ends the session. */
    registerExtension(
      name: string,
      handlers: {
        readonly encoding: 'binary'
        readonly onmessage: (message: Buffer, peer: CorePeer) => void
      },
    ): Extension
    close(): Promise<void>
    get(
      sequence: number,
      options: { readonly wait: false } | { readonly timeout: number },
    ): Promise<Buffer | null>
    /** `linear`: in order, so that a follower can begin. `blocks`: these, in their order. */
    download(
      range:
        | { readonly start: number; readonly end: number; readonly linear: true }
        | { readonly blocks: readonly number[] },
    ): DownloadRange
    /** Inactive, it asks for nothing by itself. */
    setActive(active: boolean): void
    clear(start: number, end: number): Promise<unknown>
  }
  export { Hypercore as default }
}

declare module 'corestore' {
  import type SecretStream from '@hyperswarm/secret-stream'
  import type Hypercore from 'hypercore'
  import type { KeyPair } from 'hypercore-crypto'
  import type CoreStorage from 'hypercore-storage'

  /** As RocksDB's CompactRangeOptions number them. */
  interface Compaction {
    readonly exclusive: boolean
    readonly blobGarbageCollectionPolicy: number
    readonly blobGarbageCollectionAgeCutoff: number
    readonly bottommostLevelCompaction: number
  }

  interface Corestore {
    readonly storage: {
      readonly db: { flush(): Promise<void> }
      compact(options: Compaction): Promise<void>
    }
    ready(): Promise<void>
    close(): Promise<void>
    replicate(stream: SecretStream): void
    get(
      options:
        | { readonly keyPair: KeyPair; readonly active: false }
        | {
            readonly key: Buffer
            readonly allowFork: false
            readonly active: false
            /** Inactive at once, not after a while. */
            readonly notDownloadingLinger: 0
          },
    ): Hypercore
  }
  const Corestore: new (
    storage: string | CoreStorage,
    options?: { readonly readOnly: boolean },
  ) => Corestore
  export { Corestore as default }
}

declare module 'hypercore-storage' {
  /** RocksDB in a folder, which is locked while it is open. */
  interface CoreStorage {
    readonly path: string
  }
  const CoreStorage: new (
    directory: string,
    options: { readonly writeBufferSize: number; readonly readOnly: boolean },
  ) => CoreStorage
  export { CoreStorage as default }
}

declare module '@hyperswarm/secret-stream' {
  import type { Duplex } from 'streamx'

  /** Noise over any stream: hypercore proves with its handshake hash that a peer knows a core's key. */
  interface SecretStream extends Duplex {
    /** Resolves to `false` if the handshake failed. */
    readonly opened: Promise<boolean>
    readonly rawBytesRead: number
    readonly rawBytesWritten: number
  }
  const SecretStream: new (isInitiator: boolean, rawStream: Duplex) => SecretStream
  export { SecretStream as default }
}

declare module 'compact-encoding' {
  /** Reads from `start` on, and moves it. @throws Error what is there is too short */
  export const uint: {
    decode(reading: { readonly buffer: Uint8Array; start: number; readonly end: number }): number
  }
}

declare module 'hypercore-crypto' {
  export interface KeyPair {
    readonly publicKey: Buffer
    readonly secretKey: Buffer
  }
  /** Of a flat tree: `size` in bytes of all blocks below it. */
  export interface TreeNode {
    readonly index: number
    readonly size: number
    readonly hash: Buffer
  }
  interface HypercoreCrypto {
    keyPair(seed: Buffer): KeyPair
    sign(message: Buffer, secretKey: Buffer): Buffer
    namespace(name: string, count: number): Buffer[]
    data(block: Buffer): Buffer
    parent(one: TreeNode, other: TreeNode): Buffer
    tree(roots: readonly TreeNode[]): Buffer
  }
  const crypto: HypercoreCrypto
  export { crypto as default }
}

declare module 'flat-tree' {
  /** Arithmetic of a binary tree whose nodes are numbered from left to right. */
  interface FlatTree {
    fullRoots(index: number): number[]
    parent(index: number): number
    sibling(index: number): number
    leftSpan(index: number): number
    rightSpan(index: number): number
    /** -1 of a leaf. */
    leftChild(index: number): number
    rightChild(index: number): number
  }
  const flat: FlatTree
  export { flat as default }
}
