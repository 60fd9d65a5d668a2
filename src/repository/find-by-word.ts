import { type SourceIdentifier, toSegments, wordsOf } from '../certification/source-identifier.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import type { Indexes } from '../indexes/database.ts'
import { byWord } from '../indexes/keys.ts'
import { agreementPaths } from './agreement-paths.ts'
import type { ComparedPath } from './event.ts'
import type { Withheld } from './withheld.ts'

/** Certifications that are looked at: a version like 1.0 has many; and so many behind the last that was of use. */
const LOOKED_AT = 1000
const IN_VAIN = 100

/**
 * Where that very word stands in a source identifier: sources of that version, or the folder of that Maven artifact; by
 * whichever certifications come first, at most `limit`.
 */
export async function findByWord(
  { indexes, withheld }: { readonly indexes: Indexes; readonly withheld: Withheld },
  word: string,
  limit: number,
): Promise<readonly ComparedPath[]> {
  const found = new Map<string, ComparedPath>()
  let [looked, inVain] = [0, 0]
  for await (const { row } of certificationsIn(indexes, byWord(word), undefined)) {
    looked += 1
    inVain += 1
    if (found.size >= limit || looked > LOOKED_AT || inVain > IN_VAIN) break
    if (withheld.get(row.id) !== undefined) continue
    const before = found.size
    const sources = row.sources.filter((source) => wordsOf(source).includes(word))
    for (const source of sources)
      for (const path of pathsOf(row, source, word))
        found.set(`${path.collection}/${path.path}`, path)
    if (found.size > before) inVain = 0
  }
  return [...found.values()].slice(0, limit)
}

function pathsOf(
  row: CertificationRow,
  source: SourceIdentifier,
  word: string,
): readonly ComparedPath[] {
  if (source.ecosystem !== 'maven' || source.artifact !== word)
    return agreementPaths({ ...row, sources: [source] })
  const folder = toSegments({ ...source, version: '' })?.slice(0, -1) ?? []
  return [...new Set(row.variants.map(({ collection }) => collection))].map((collection) => ({
    collection,
    path: folder.join('/'),
  }))
}
