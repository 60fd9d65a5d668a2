import type { Algorithm } from '../certification/artifacts/artifact.ts'

/** What a page shows shortened. */
export interface Shortened {
  readonly ids: readonly string[]
  readonly checksums: readonly { readonly algorithm: Algorithm; readonly hex: string }[]
}
