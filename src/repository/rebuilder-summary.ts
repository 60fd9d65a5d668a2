/** Who has certified, and how it stands to others. */
export interface RebuilderSummary {
  readonly fingerprint: string
  readonly userIds: readonly string[]
  readonly certifications: number
  /**
   * Of artifacts that another rebuilder certified too, in all versions; `null` if there is none.
   */
  readonly agreement: { readonly compared: number; readonly agreeing: number } | null
}
