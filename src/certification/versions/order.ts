import type { DialectName } from '../dialects/dialect.ts'
import { compareDebianVersions, readDebianVersion } from './debian-version.ts'
import { compareText } from '../../base/compare-text.ts'
import { compareMavenVersions, readMavenVersion } from './maven-version.ts'
import { readProductVersion } from './product-version.ts'

type Order = (versions: readonly string[]) => readonly string[]

const debian = newestFirstBy(readDebianVersion, compareDebianVersions)
const maven = newestFirstBy(readMavenVersion, compareMavenVersions)
const product = newestFirstBy(readProductVersion, compareDebianVersions)

const ORDERS: Readonly<Record<DialectName, Order>> = {
  debian,
  jvm: maven,
  checksums: product,
  'in-toto': product,
}

/**
 * Versions of one package in its ecosystem's own order: Debian's for `debian`, Maven's for `jvm`, for products one that is
 * documented in `product-version.ts`. Total: two ways to write one version (`1.0`, `1.00`) stand by their text. Takes any text.
 */
export function newestFirst(versions: readonly string[], dialect: DialectName): readonly string[] {
  return ORDERS[dialect](versions)
}

function newestFirstBy<V>(read: (text: string) => V, compare: (a: V, b: V) => number): Order {
  return (versions) =>
    versions
      .map((text) => ({ text, version: read(text) }))
      .toSorted((a, b) => compare(b.version, a.version) || compareText(b.text, a.text))
      .map(({ text }) => text)
}
