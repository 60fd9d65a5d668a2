/** Algorithms that a buildinfo may use, weak ones first: MD5 and SHA-1 only find things, and carry no agreement. */
export const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** Length of a checksum in hex digits. */
export const HEX_LENGTH: Readonly<Record<Algorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128,
}

/** Hex in lower case, of the length that its algorithm has. */
export interface Checksum {
  readonly algorithm: Algorithm
  readonly hex: string
}

/** An output file as a buildinfo names it. */
export interface Artifact {
  /** The bare file name. Never a path. */
  readonly name: string
  /**
   * Maven's groupId: a name can repeat in an aggregate under several groups. In a list of checksums, of a name that stands in
   * several directories, its directory, which ends with a slash.
   */
  readonly group?: string
  /** Where a list names it, with a slash behind: to be shown, not compared, and no path to follow. */
  readonly directory?: string
  /** In bytes; a list of checksums does not say it. */
  readonly size?: number
  readonly checksums: readonly Checksum[]
}

/** For people: `org.example:tool-1.0.jar`, `x86_64-linux-gnu/tool.tar.gz`. */
export function qualifiedName({
  group,
  name,
}: {
  readonly group?: string | undefined
  readonly name: string
}): string {
  return `${group === undefined || group.endsWith('/') ? (group ?? '') : `${group}:`}${name}`
}
