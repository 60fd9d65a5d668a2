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

  class Hypercore extends EventEmitter {
    /** Reads stored nodes only; `treeHash()` of the instance waits for cleared blocks for ever. */
    static treeHashFromStorage(core: Hypercore, length: number): Promise<Buffer>
    readonly key: Buffer
    readonly length: number
    readonly fork: number
    readonly core: {
      readonly header: { readonly tree: SignedTree }
      /** Which blocks are here. */
      readonly bitfield: { get(sequence: number): boolean }
      readonly state: { readonly length: number; readonly roots: readonly TreeNode[] }
    }
    ready(): Promise<void>
    append(blocks: readonly Buffer[]): Promise<unknown>
    get(sequence: number, options: { readonly wait: false }): Promise<Buffer | null>
    clear(start: number, end: number): Promise<unknown>
  }
  export { Hypercore as default }
}

declare module 'corestore' {
  import type Hypercore from 'hypercore'
  import type { KeyPair } from 'hypercore-crypto'

  interface Corestore {
    readonly storage: { readonly db: { flush(): Promise<void> } }
    ready(): Promise<void>
    close(): Promise<void>
    get(
      options: { readonly keyPair: KeyPair } | { readonly key: Buffer; readonly allowFork: false },
    ): Hypercore
  }
  const Corestore: new (directory: string) => Corestore
  export { Corestore as default }
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
