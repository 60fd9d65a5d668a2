import type { Activity } from './activity.ts'
import type { Contradicted, Measured } from './measured.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'
import type { CertificationSummary } from './repository.ts'

/** What is known of one rebuilder. */
export interface RebuilderDetail extends RebuilderSummary {
  /** `null`: this node does not have it any more. */
  readonly key: RebuilderKey | null
  readonly activity: Activity
  readonly measured: Omit<Measured, 'agreement'> & {
    /** How many certifications count in an agreement, those that are dated in the future too. */
    readonly counting: number
    /** At most 100: against the named first, and of each camp those against which most stand. */
    readonly contradictions: readonly Contradicted[]
  }
  /** By the time of signing, newest first, at most 50; what is dated in the future stands last. */
  readonly newest: readonly CertificationSummary[]
}

export interface RebuilderKey {
  readonly kind: 'openpgp' | 'in-toto'
  /** The primary key, and the subkeys that agreed to sign for it; at most 32. */
  readonly parts: readonly RebuilderKeyPart[]
  /** Fingerprints of keys that may revoke it. Such revocations are not followed. */
  readonly designatedRevokers: readonly string[]
}

export interface RebuilderKeyPart {
  readonly fingerprint: string
  readonly primary: boolean
  /** In words. */
  readonly algorithm: string
  readonly createdAt: string | null
  readonly expiresAt: string | null
  readonly expired: boolean
  /** `hard`: compromised, or no reason given; `soft`: retired. */
  readonly revoked: { readonly kind: 'hard' | 'soft'; readonly at: string | null } | null
  readonly maySign: boolean
}
