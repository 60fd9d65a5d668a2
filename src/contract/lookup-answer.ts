/** A file that somebody has, and what it is called. Checksums in lower-case hex. */
export interface LookupQuestion {
  readonly name: string
  readonly sha256?: string | undefined
  readonly sha512?: string | undefined
}

export interface LookupAnswer {
  /** Ids of certifications that name one of these checksums, or that name. */
  readonly certifications: readonly string[]
  /** There is more than one answer holds. */
  readonly truncated: boolean
}

export interface LookedUpCertification {
  readonly bytes: Uint8Array
  readonly signature?: Uint8Array | undefined
  readonly dialect: string
  readonly id: string
  readonly collection: string
}

export interface LookedUp {
  /** One for each question, in their order. */
  readonly answers: readonly LookupAnswer[]
  /** Each of those that the answers name, once. */
  readonly certifications: readonly LookedUpCertification[]
}
