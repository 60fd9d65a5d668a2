import type { ProductSource } from '../source-identifier.ts'

/** So much of a name is looked at. */
const MAX_NAME = 255
/** Of a stem: a name of a certification is 27 longer, and no name is longer than 255. */
const MAX_STEM = 200

/** What the name of a built file says of itself. */
export interface ProductName extends ProductSource {
  /** A package's name without its extension; else product and version. ASCII. */
  readonly stem: string
  /** Only names of packages say it. */
  readonly architecture: string | undefined
}

/**
 * Product and version, as names of files are made: Debian's `name_version_arch.deb`, Arch's `name-version-release-arch.pkg.tar.zst`,
 * `name-version-release.arch.rpm`; else `bitcoin-29.4rc1-x86_64-linux-gnu.tar.gz`: what stands before the first number with a
 * dot, else before the first number. Undefined if there is no version in it.
 */
export function readProductName(name: string): ProductName | undefined {
  const begin = name.slice(0, MAX_NAME)
  const parts = PACKAGES.map((pattern) => pattern.exec(begin)).find((found) => found !== null)
  if (parts !== undefined) {
    const [, stem = '', product = '', version = '', architecture] = parts
    return { ecosystem: 'product', product, version, architecture, stem: stem.slice(0, MAX_STEM) }
  }
  const [, product = '', version = ''] = DOTTED.exec(begin) ?? WHOLE.exec(begin) ?? []
  if (product === '') return undefined
  const stem = `${product}-${version}`.slice(0, MAX_STEM)
  return { ecosystem: 'product', product, version, architecture: undefined, stem }
}

const PACKAGES = [
  /^(([a-z0-9][a-z0-9+.-]*)_([A-Za-z0-9][A-Za-z0-9.+~-]*)_([a-z0-9][a-z0-9-]*))\.(?:u?deb|ddeb)$/,
  /^(([A-Za-z0-9@][A-Za-z0-9@._+-]*)-([\w.+~:]+-[\w.]+)-([a-z0-9_]+))\.pkg\.tar(?:\.[a-z0-9]+)?$/,
  /^(([A-Za-z0-9][A-Za-z0-9._+-]*)-([\w.+~^]+-[\w.+~^]+)\.([a-z0-9_]+))\.rpm$/,
] as const
const DOTTED = /^([A-Za-z][\w.+-]*?)[-_]v?(\d+(?:\.\d+)+(?:[a-z]+\d*)?)(?![\w])/
const WHOLE = /^([A-Za-z][\w.+-]*?)[-_]v?(\d+(?:[a-z]+\d*)?)(?![\w])/
