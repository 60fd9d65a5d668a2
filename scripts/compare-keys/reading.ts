/** What somebody makes of a key or subkey that might sign, now. */
export type Verdict =
  | 'signs'
  /** It did, until it expired. */
  | 'ended'
  | 'revoked'
  /** It may not, or is not there. */
  | 'no'
  /** It is refused for the age of its own signatures (SHA-1), which says nothing of what they say. */
  | 'policy'

/** By fingerprint of the key or subkey, in upper-case hex. */
export type Reading = ReadonlyMap<string, Verdict>

/** One key or subkey of one file, as the three read it. `undefined`: that reader is not here. */
export interface Compared {
  readonly file: string
  readonly fingerprint: string
  readonly ours: Verdict
  readonly gpg: Verdict | undefined
  readonly sequoia: Verdict | undefined
  /** What we say of the file that is not kept or has no effect. */
  readonly leftOut: readonly string[]
  /** Its owner does not say what this primary key is for. */
  readonly isWithoutFlags: boolean
}

/** What a verdict does: new signatures count, those from before its end count, or none does. */
export const effectOf = (verdict: Verdict): 'signs' | 'ended' | 'none' =>
  verdict === 'signs' || verdict === 'ended' ? verdict : 'none'
