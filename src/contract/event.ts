/* What a node tells of what it came to know, to pages and scripts that listen. */
import type { CertificationSummary } from './repository.ts'

/** A path below which the agreement has changed: `GET /agreement/{collection}/{path}`. */
export interface ComparedPath {
  readonly collection: string
  /** Segments joined by `/`, not encoded. */
  readonly path: string
}

export type NodeEvent =
  /** Comes first: where the stream begins. */
  | { readonly kind: 'cursor' }
  /** New here, or what is said of its signature has changed. */
  | { readonly kind: 'certification'; readonly certification: CertificationSummary }
  | ({ readonly kind: 'agreement' } & ComparedPath)
  /** It stood here, and its key has come, which did not sign it. */
  | { readonly kind: 'rejection'; readonly id: string }
  /** Not answered any more. */
  | {
      readonly kind: 'withholding'
      readonly id: string
      readonly reason: string
      readonly code: string
      readonly at: string
    }
  /** Withheld no longer; a `certification` follows as soon as its bytes are here. */
  | { readonly kind: 'restoration'; readonly id: string }
  /** The writer of a feed has told two stories. */
  | { readonly kind: 'evidence'; readonly feed: string; readonly evidence: string }
  /** Who is connected now. */
  | {
      readonly kind: 'peers'
      readonly peers: readonly {
        readonly peerId: string
        readonly direction: 'inbound' | 'outbound' | null
        readonly configured: boolean
      }[]
    }

export interface ToldEvent {
  readonly event: NodeEvent
  /** Behind which to go on; absent if more comes that belongs to it, or if it is of this moment only. */
  readonly cursor?: string
}

export interface Events {
  /** Behind everything that has been told until now. */
  readonly cursor: () => string
  /**
   * Everything behind `after`, then what comes, until `signal` is aborted. From a cursor of other indexes (they were
   * built again since) it begins with the first: an event can come twice, none is left out.
   * @param after a cursor, or `''` for the first; from now on if absent
   * @throws MalformedError QUERY_INVALID if it is no cursor
   */
  readonly events: (after: string | undefined, signal: AbortSignal) => AsyncGenerator<ToldEvent>
}
