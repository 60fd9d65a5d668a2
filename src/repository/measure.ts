import { setImmediate } from 'node:timers/promises'
import { counts } from '../certification/signatures/state.ts'
import { stanceOf } from '../certification/stance.ts'
import type { Dissent } from '../certification/stance.ts'
import { comparedSegments } from '../certification/source-identifier.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import { byRebuilder } from '../indexes/keys.ts'
import { groupsBelow } from './agreement-below.ts'
import type { AgreementParts } from './agreement-below.ts'
import { ROW } from './effort.ts'
import type { Effort } from './effort.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'
import { stateOfRow } from './summary.ts'

/** Judging one group of an artifact, see {@link Effort}. */
const JUDGING = 3
/** Certifications by which a rebuilder is measured: enough to know somebody, little enough for one answer. */
const MEASURED = 100

/** An artifact about which a rebuilder stands alone, and where that is compared. */
export interface Contradicted extends Dissent {
  readonly collection: string
  /** Of the source and version below the collection, joined by `/`. */
  readonly path: string
  readonly name: string
  readonly group?: string
}

/** What is found of a rebuilder when at most 100 of its certifications are compared with what others say. */
export interface Measured {
  /** Certifications that were looked at, and how many of them count. */
  readonly certifications: number
  readonly counting: number
  readonly agreement: RebuilderSummary['agreement']
  /** Artifacts of which nobody else gave a strong checksum, and those of which it gave none itself. */
  readonly unshared: number
  readonly weak: number
  /** Those against which most stand first. */
  readonly contradicted: readonly Contradicted[]
  /** `false`: comparing all of them would have cost too much. */
  readonly complete: boolean
}

/** Of the artifacts that another rebuilder certified too, how many have somebody who says the same, and which nobody. */
export async function measure(
  parts: AgreementParts,
  fingerprint: string,
  effort: Effort,
): Promise<Measured> {
  const rows = await rowsBy(parts, fingerprint, effort)
  const versions = new Map<string, readonly string[]>()
  for (const row of rows) {
    const version = versionOf(row)
    if (version !== undefined) versions.set(version.join('\0'), version)
  }
  const now = parts.now()
  const found = { compared: 0, agreeing: 0, unshared: 0, weak: 0 }
  const contradicted: Contradicted[] = []
  for (const [collection = '', ...segments] of versions.values()) {
    if (effort.isSpent()) break
    // what was compared before must not keep others waiting
    await setImmediate()
    for (const artifact of await groupsBelow(parts, [collection, ...segments], effort)) {
      effort.spend(JUDGING * artifact.groups.length)
      const stance = stanceOf(artifact, fingerprint)
      if (stance?.kind === 'weak') found.weak += 1
      if (stance?.kind === 'unshared') found.unshared += 1
      if (stance?.kind !== 'shared') continue
      found.compared += 1
      if (stance.agrees) found.agreeing += 1
      const { name, group } = artifact
      const at = {
        collection,
        path: segments.join('/'),
        name,
        ...(group !== undefined && { group }),
      }
      if (stance.dissent !== undefined) contradicted.push({ ...at, ...stance.dissent })
    }
  }
  const { compared, agreeing, unshared, weak } = found
  return {
    certifications: rows.length,
    counting: rows.filter((row) => counts(stateOfRow(row, now))).length,
    agreement: compared === 0 ? null : { compared, agreeing },
    unshared,
    weak,
    contradicted: contradicted.toSorted((one, other) => other.other - one.other),
    complete: !effort.isSpent(),
  }
}

async function rowsBy(
  { indexes }: AgreementParts,
  fingerprint: string,
  effort: Effort,
): Promise<readonly CertificationRow[]> {
  const rows: CertificationRow[] = []
  for await (const { row } of certificationsIn(indexes, byRebuilder(fingerprint), undefined)) {
    if (row.facts?.rebuilder === fingerprint) rows.push(row)
    effort.spend(ROW)
    if (rows.length === MEASURED || effort.isSpent()) break
  }
  return rows
}

/** Collection, source and version: where builds of different architectures meet. */
function versionOf(row: CertificationRow): readonly string[] | undefined {
  const [variant] = row.variants
  const [source] = row.sources
  if (variant === undefined || source === undefined) return undefined
  const segments = comparedSegments(source)
  return segments && [variant.collection, ...segments]
}
