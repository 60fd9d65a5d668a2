/* What a few words may mean: told by their form alone, before anything is looked up. */

export type Meaning =
  /** A checksum, fingerprint, key id, id or feed, maybe the beginning of one: lower-case hex digits. */
  | { readonly kind: 'hex'; readonly hex: string }
  /** A page of some node. */
  | { readonly kind: 'page'; readonly segments: readonly string[] }
  /** An artifact's file name, or what `GET /artifacts?name=` takes for it. */
  | { readonly kind: 'file'; readonly name: string }
  /** Segments below some collection. */
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  /** What was built, maybe of that group or owner; its version begins one of these, if there are any. */
  | {
      readonly kind: 'named'
      readonly name: string
      readonly group?: string | undefined
      readonly versions: readonly string[]
    }
  /** `isGuess`: whatever stands before it is unknown here. */
  | { readonly kind: 'version'; readonly version: string; readonly isGuess?: boolean }

/** All that are as likely. */
export type Step = readonly Meaning[]

/** A version as people write it behind a name: `v29.4`, `(>= 2.10-3)`. */
export const plainVersion = (text: string): string =>
  text
    .trim()
    .replace(/^[(\s]*(?:[<>=~^!]{1,3})?\s*/, '')
    .replace(/^(?:version|release|ver)[\s-]*(?=\d)/i, '')
    .replace(/^v(?=\d)/i, '')
    .replace(/[)\]\s]+$/, '')
