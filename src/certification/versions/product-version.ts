import { type DebianVersion, readDebianVersion } from './debian-version.ts'

/**
 * Finds words that mark a version before its release: `29.4rc1`, `2.0-beta2`, `13.5a3`. Other letters come after: `1.1.1n`
 * follows `1.1.1`.
 */
const LEADING = /(?<=\d)(?:[.\-_]?(?=(?:alpha|beta|dev|pre|rc)(?![a-z]))|(?=[ab]\d))/gi

/**
 * Nobody says how versions of any product are ordered; those whose names `dialects/product-name.ts` reads are packages
 * of Debian, Arch and rpm, and releases like Bitcoin's `29.4rc1`. So: deb-version(7), with upper case as lower case, and
 * as if a `~` stood before what everybody takes for a version before the release. To be compared with
 * {@link compareDebianVersions}. Takes any text. Linear.
 */
export const readProductVersion = (text: string): DebianVersion =>
  readDebianVersion(text.toLowerCase().replace(LEADING, '~'))
