import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DATA = new URL('../data/', import.meta.url)

/** A real input as text, by its path below test/data. */
export const dataText = (path: string): string =>
  readFileSync(new URL(encodeURI(path), DATA), 'utf8')

/** The `.buildinfo` files of a folder below test/data, sorted, as paths below test/data. */
export function dataFiles(folder: string): readonly string[] {
  return readdirSync(fileURLToPath(new URL(`${folder}/`, DATA)))
    .filter((name) => name.endsWith('.buildinfo'))
    .toSorted()
    .map((name) => `${folder}/${name}`)
}

/** What stands between the armor lines of a clearsigned input; of an unsigned one all of it. */
export function signedText(path: string): string {
  const text = dataText(path).replaceAll('\r\n', '\n')
  const begin = text.indexOf('-----BEGIN PGP SIGNED MESSAGE-----')
  if (begin < 0) return text
  const start = text.indexOf('\n\n', begin) + 2
  return text
    .slice(start, text.indexOf('\n-----BEGIN PGP SIGNATURE-----', start))
    .replace(/^- /gm, '')
}
