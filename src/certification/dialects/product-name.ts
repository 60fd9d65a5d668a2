import type { ProductSource } from '../artifacts/source-identifier.ts'
import { versionIn } from './version-in-name.ts'

/** A name is read up to this many characters. */
const MAX_NAME = 255
/** A stem is cut to this many characters: the name of a certification is 27 longer, and no name may be longer than 255. */
const MAX_STEM = 200

/** What the name of a built file says about the file. */
export interface ProductName extends ProductSource {
  /** It is a package's name without its extension; for any other file it is product and version. ASCII. */
  readonly stem: string
  /** Only the names of packages have one. */
  readonly architecture: string | undefined
}

/**
 * Product and version, as names of files are made: Debian's `name_version_arch.deb` (with or without its epoch), Arch's
 * `name-version-release-arch.pkg.tar.zst`, `name-version-release.arch.rpm`; else `bitcoin-29.4rc1-x86_64-linux-gnu.tar.gz`: what
 * stands before the first number with a dot, else before the first number that is no architecture. Undefined if there is no
 * version in it.
 */
export function readProductName(name: string): ProductName | undefined {
  const begin = name.slice(0, MAX_NAME)
  return packageOf(begin) ?? fileOf(begin)
}

/** Architecture last; a source package has none. */
const PACKAGES = [
  /^([a-z0-9][a-z0-9+.-]*)_((?:\d{1,10}(?::|%3[aA]))?[A-Za-z0-9][A-Za-z0-9.+~-]*)_([a-z0-9][a-z0-9-]*)\.(?:u?deb|ddeb|buildinfo|changes)$/,
  /^([a-z0-9][a-z0-9+.-]*)_([A-Za-z0-9][A-Za-z0-9.+~-]*)\.(?:dsc|diff\.gz|debian\.tar\.[a-z0-9]+)$/,
  /^([A-Za-z0-9@][A-Za-z0-9@._+-]*)-([\w.+~:]+-[\w.]+)-([a-z0-9_]+)\.pkg\.tar(?:\.[a-z0-9]+)?$/,
  /^([A-Za-z0-9][A-Za-z0-9._+-]*)-([\w.+~^]+-[\w.+~^]+)\.([a-z0-9_]+)\.rpm$/,
] as const
const EXTENSION = /\.(?:u?deb|ddeb|buildinfo|changes|dsc|diff\.gz|debian\.tar\.[a-z0-9]+|pkg\.tar(?:\.[a-z0-9]+)?|rpm)$/ // prettier-ignore
/** As apt writes a colon in names of files. Debian's own have no epoch, so a stem has none either. */
const EPOCH = /_\d{1,10}(?::|%3[aA])/

function packageOf(name: string): ProductName | undefined {
  const parts = PACKAGES.map((pattern) => pattern.exec(name)).find((found) => found !== null)
  if (parts === undefined) return undefined
  const [, product = '', version = '', architecture] = parts
  const stem = name.replace(EXTENSION, '').replace(EPOCH, '_').slice(0, MAX_STEM)
  return {
    ecosystem: 'product',
    product,
    version: version.replace(/%3[aA]/, ':'),
    architecture,
    stem,
  }
}

function fileOf(name: string): ProductName | undefined {
  const found = versionIn(name)
  if (found === undefined) return undefined
  const { product, version } = found
  const stem = `${product}-${version}`.slice(0, MAX_STEM)
  return { ecosystem: 'product', product, version, architecture: undefined, stem }
}
