/** Hex digits of the id in a file name: enough that nobody makes two alike by chance. */
const ID_DIGITS = 16

const CANONICAL = /_([0-9a-f]{16})\.buildinfo$/

/** The name that a certification has on every node: `{stem}_{16 hex digits of its id}.buildinfo`. */
export const fileName = (stem: string, id: string): string =>
  `${stem}_${id.slice(0, ID_DIGITS)}.buildinfo`

/** The first 16 hex digits of the id that a canonical file name carries; undefined if it is no such name. */
export const idPrefixOf = (name: string): string | undefined => CANONICAL.exec(name)?.[1]
