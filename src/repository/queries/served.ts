import { fileName } from '../../certification/file-name.ts'
import type { Served } from '../../contract/node-repository.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { type EntryReader, firstEntry } from '../entries/read-entry.ts'

/** The bytes of a certification; `undefined` if they are not here. */
export async function readServedBytes(
  row: CertificationRow,
  { read }: Pick<EntryReader, 'read'>,
): Promise<Served | undefined> {
  const entry = await firstEntry(row, read)
  if (entry === undefined) return undefined
  const { bytes, signature, dialect } = entry
  return { bytes, signature, dialect, file: fileName(row.stem, row.id) }
}
