import { agree } from '../certification/agreement.ts'
import type { ArtifactGroups, Claim } from '../certification/agreement.ts'
import type { Collection } from '../certification/admission.ts'
import { readPublicKeys } from '../certification/signatures/public-key.ts'
import { counts } from '../certification/signatures/state.ts'
import { MalformedError } from '../errors.ts'
import { certificationRow } from '../indexes/certifications.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { Indexes } from '../indexes/database.ts'
import { filesBelow } from '../indexes/paths.ts'
import type { Keyring } from './keyring.ts'
import type { ReadCertification } from './read-entry.ts'
import type { Agreement } from './repository.ts'
import { stateOfRow } from './summary.ts'

export interface AgreementParts {
  readonly indexes: Indexes
  readonly keyring: Keyring
  readonly read: ReadCertification
  readonly now: () => number
}

/** Certifications that are compared in one answer. A question for a whole group of projects has to be narrower. */
const COMPARED = 1000

/**
 * Compares everything below a path, so that a full build and a binary-only build meet.
 * @throws MalformedError QUERY_INVALID if more than 1,000 certifications are below it
 */
export async function agreementBelow(
  parts: AgreementParts,
  collection: Collection,
  segments: readonly string[],
): Promise<Agreement | undefined> {
  const rows = await rowsBelow(parts, [collection.name, ...segments])
  if (rows.length === 0) return undefined
  const { counted, uncounted } = byState(rows, parts.now())
  const groups = await compare(parts, counted)
  const names = await namesOf(parts.keyring, counted)
  return {
    collection: collection.name,
    path: segments.join('/'),
    artifacts: groups.map((artifact) => ({
      ...artifact,
      groups: artifact.groups.map((group) => ({
        ...group,
        rebuilders: group.rebuilders.map((rebuilder) => ({
          ...rebuilder,
          name: names.get(rebuilder.fingerprint) ?? null,
        })),
      })),
    })),
    uncounted: uncounted.map(({ row, state }) => ({
      id: row.id,
      state,
      rebuilder: row.facts?.rebuilder ?? null,
    })),
  }
}

/** What those who count say of each artifact below a path. */
export async function groupsBelow(
  parts: AgreementParts,
  segments: readonly string[],
): Promise<readonly ArtifactGroups[]> {
  const { counted } = byState(await rowsBelow(parts, segments), parts.now())
  return compare(parts, counted)
}

/** By its own word, or by an alias if it has no version; an alias beside that is no evidence. */
async function rowsBelow(
  { indexes }: AgreementParts,
  segments: readonly string[],
): Promise<readonly CertificationRow[]> {
  const rows = new Map<string, CertificationRow>()
  for await (const { id, kind } of filesBelow(indexes, segments, undefined)) {
    if (kind === 'alias' || rows.has(id)) continue
    const row = await certificationRow(indexes, id)
    if (row !== undefined) rows.set(id, row)
    if (rows.size > COMPARED)
      throw new MalformedError(
        'QUERY_INVALID',
        `More than ${COMPARED} certifications are below that path; name the version too.`,
      )
  }
  return [...rows.values()]
}

function byState(rows: readonly CertificationRow[], now: number) {
  const all = rows.map((row) => ({ row, state: stateOfRow(row, now) }))
  return {
    counted: all.flatMap(({ row, state }) => (counts(state) ? [row] : [])),
    uncounted: all.filter(({ state }) => !counts(state)),
  }
}

async function compare(
  { read }: AgreementParts,
  rows: readonly CertificationRow[],
): Promise<readonly ArtifactGroups[]> {
  const claims: Claim[] = []
  for (const row of rows) {
    const certification = await read(row)
    if (certification === undefined || row.facts === undefined) continue
    const { rebuilder } = row.facts
    claims.push({ id: row.id, rebuilder, artifacts: certification.buildinfo.artifacts })
  }
  return agree(claims)
}

async function namesOf(
  keyring: Keyring,
  rows: readonly CertificationRow[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const fingerprint of new Set(rows.flatMap(({ facts }) => facts?.rebuilder ?? []))) {
    const row = await keyring.forFingerprint(fingerprint)
    const [key] = row === undefined ? [] : await readPublicKeys(row.bytes)
    const [name] = key?.userIds ?? []
    if (name !== undefined) names.set(fingerprint, name)
  }
  return names
}
