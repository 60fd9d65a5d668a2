/** Who has certified, and how it stands to others. */
export interface RebuilderSummary {
  readonly fingerprint: string
  readonly userIds: readonly string[]
  readonly certifications: number
  /**
   * Of artifacts that another rebuilder certified too, over at most 100 of its certifications, fewer where many are
   * large; `null` if there is none. In a list it is `null` too as soon as the rates before have cost enough.
   */
  readonly agreement: { readonly compared: number; readonly agreeing: number } | null
}
