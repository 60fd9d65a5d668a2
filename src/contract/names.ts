import type { NamedFolder } from '../certification/folder-names.ts'

/** Which folders a text may name; of each kind at most `limit`, each folder once. */
export interface Names {
  /** Called so: `commons-csv`, `Commons CSV`, `commonscsv`. */
  readonly foldersNamed: (text: string, limit: number) => Promise<readonly NamedFolder[]>
  /** With that as one of its words, or as the beginning of one: `csv`, `commons-c`. */
  readonly foldersWith: (text: string, limit: number) => Promise<readonly NamedFolder[]>
  /** Some word has a wrong letter, or there is a word too many: `comons-csv`, `apache commons csv`. */
  readonly foldersLike: (text: string, limit: number) => Promise<readonly NamedFolder[]>
}
