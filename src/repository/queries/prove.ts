import type { Feed } from '../../feeds/format/feed.ts'
import { type InclusionProof, proveInclusion } from '../../feeds/format/inclusion-proof.ts'

/** That a block stands in a feed, which is named by its key in any case. `undefined`: there is no such feed here. */
export type Prove = (key: string, sequence: number) => Promise<InclusionProof | undefined>

export function makeProve(feedOf: (key: string) => Feed | undefined): Prove {
  return async (key, sequence) => {
    const feed = feedOf(key.toLowerCase())
    return feed === undefined ? undefined : proveInclusion(feed, sequence)
  }
}
