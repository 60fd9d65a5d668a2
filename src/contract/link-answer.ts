/** What somebody asks of one rebuilder's links. */
export interface LinkQuestion {
  /** Fingerprint, upper-case. */
  readonly rebuilder: string
  readonly name?: string | undefined
  readonly version?: string | undefined
  readonly architecture?: string | undefined
  readonly distribution?: string | undefined
  /** Only those with a greater build number. */
  readonly after?: number | undefined
  readonly limit: number
}

/** How rebuilderd names an artifact: two numbers of 31 bits. */
export interface LinkNumber {
  readonly build: number
  readonly artifact: number
}

/** A file that the rebuilder could make again. */
export interface LinkRecord extends LinkNumber {
  /** Of the certification. */
  readonly id: string
  readonly file: string
  readonly product: string
  readonly version: string
  readonly architecture: string | undefined
  /** `debian`, `archlinux`, `fedora`, or empty. */
  readonly distribution: string
  /** Milliseconds since 1970, by this node's clock. */
  readonly acceptedAt: number
}
