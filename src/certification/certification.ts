import type { Buildinfo, DialectName } from './dialects/dialect.ts'
import type { SignatureFacts } from './signatures/state.ts'

/** What somebody handed in, or what an entry holds: bytes as they came. */
export interface Submitted {
  readonly bytes: Uint8Array
  /** A detached signature, armored or binary. Without it `bytes` must be clearsigned. */
  readonly signature?: Uint8Array | undefined
}

/** Where a signature says nothing of when it was made. */
export const NO_TIME = 0

/** One statement by one key. Plain data: it can cross a thread. */
export interface Certification {
  /** 64 lower-case hex digits; see `id.ts`. */
  readonly id: string
  readonly dialect: DialectName
  /** As kept and served: canonical clearsigned armor, or the document byte for byte. */
  readonly bytes: Uint8Array
  /** Canonical armored detached signature; absent if clearsigned. */
  readonly signature?: Uint8Array | undefined
  /** The only key that is tried: 16 upper-case hex digits. */
  readonly claimedKeyId: string
  /** By the signature's hashed creation time, in milliseconds since 1970; {@link NO_TIME} of a link, which has none. */
  readonly signedAt: number
  readonly buildinfo: Buildinfo
}

/** A certification and what could be found out about its signature. */
export type Examination =
  | {
      readonly certification: Certification
      readonly signature: 'good'
      readonly facts: SignatureFacts
    }
  | { readonly certification: Certification; readonly signature: 'key-unknown' }
  | {
      readonly certification: Certification
      readonly signature: 'invalid'
      readonly code: 'SIGNATURE_INVALID' | 'SIGNER_UNAUTHORIZED'
      readonly reason: string
    }

/** What was found out, before it is known of which certification. */
export type WithoutCertification<T> = T extends unknown ? Omit<T, 'certification'> : never
