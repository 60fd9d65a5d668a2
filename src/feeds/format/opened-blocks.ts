import { LRUCache } from 'lru-cache'

/**
 * What was packed into data blocks a moment ago, so that who follows what it has written need not open it. A block is known by its
 * very bytes in memory, not by equal ones: nothing that came from elsewhere is ever taken for opened.
 */
export interface OpenedBlocks {
  /** @param content what was packed into it; neither may change any more */
  readonly note: (block: Uint8Array, content: Uint8Array) => void
  /** What was packed into it, once: then it is forgotten. `undefined`: it has to be opened. */
  readonly take: (block: Uint8Array) => Uint8Array | undefined
}

/** @param most bytes of blocks and contents that are kept; the oldest are forgotten */
export function makeOpenedBlocks(most: number): OpenedBlocks {
  const contents = new LRUCache<Uint8Array, Uint8Array>({ maxSize: most })
  return {
    note: (block, content) => {
      contents.set(block, content, { size: block.length + content.length })
    },
    take: (block) => {
      const content = contents.get(block)
      contents.delete(block)
      return content
    },
  }
}
