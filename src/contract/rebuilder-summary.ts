import type { Camp } from '../certification/agreement/judge.ts'

/** Of artifacts that another one certified too, in all versions. */
export interface Rate {
  readonly compared: number
  readonly agreeing: number
}

/** Who has certified, and how it stands to others. */
export interface RebuilderSummary {
  readonly fingerprint: string
  readonly userIds: readonly string[]
  readonly certifications: number
  /** With those whom the policy names, and with all others; `null` if there is nothing to compare. */
  readonly agreement: Readonly<Record<Camp, Rate | null>>
}
