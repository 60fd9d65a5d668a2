import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Dialect } from '../../src/certification/dialects/dialect.ts'

const DATA = new URL('../data/', import.meta.url)

/** A real input as it is, by its path below test/data. */
export const dataBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(encodeURI(path), DATA)))

/** Names in a folder below test/data, sorted. */
export const namesIn = (folder: string): readonly string[] =>
  readdirSync(fileURLToPath(new URL(`${folder}/`, DATA))).toSorted()

/** Reads any text, so that signatures on texts without a dialect of their own can be examined. */
export const anyText: Dialect = {
  name: 'jvm',
  envelope: 'openpgp',
  detached: true,
  read: (text) => ({
    dialect: 'jvm',
    sources: [{ ecosystem: 'maven', group: 'g', artifact: 'a' }],
    artifacts: [],
    stem: String(text.length),
    hasDate: false,
  }),
}
