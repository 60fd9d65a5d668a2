import { agree } from '../certification/agreement.ts'
import type { ArtifactGroups, Claim } from '../certification/agreement.ts'
import type { Collection } from '../certification/admission.ts'
import { userIdsOf } from '../certification/signatures/public-key.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { Indexes } from '../indexes/database.ts'
import { makeEffort, readingOf } from './effort.ts'
import type { Effort } from './effort.ts'
import type { Keyring } from './keyring.ts'
import type { ReadCertification } from './read-entry.ts'
import type { Agreement } from './repository.ts'
import { rowsBelow } from './rows-below.ts'

export interface AgreementParts {
  readonly indexes: Indexes
  readonly keyring: Keyring
  readonly read: ReadCertification
  readonly now: () => number
}

/** One answer costs no more, see {@link Effort}: looking for what is there, and reading it. */
const LOOKING = 500_000
const READING = 1_000_000
/** Artifacts in one answer, counted for each certification: 50 rebuilders of 3 architectures with 500 each. */
const CLAIMS = 75_000

/** Compares everything below a path, so that a full build and a binary-only build meet. Never refuses: it says `truncated`. */
export async function agreementBelow(
  parts: AgreementParts,
  collection: Collection,
  segments: readonly string[],
): Promise<Agreement | undefined> {
  const below = await lookBelow(parts, [collection.name, ...segments], makeEffort(LOOKING))
  const { counted, uncounted } = below
  if (counted.length + uncounted.length === 0) return undefined
  const { groups, truncated } = await compare(parts, counted, makeEffort(READING))
  const names = await namesOf(parts.keyring, counted)
  return {
    collection: collection.name,
    path: segments.join('/'),
    truncated: below.truncated || truncated,
    artifacts: groups.map((artifact) => ({
      ...artifact,
      groups: artifact.groups.map((group) => ({
        ...group,
        size: group.size ?? null,
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

/** What those who count say of each artifact below a path, as far as `effort` goes. */
export async function groupsBelow(
  parts: AgreementParts,
  segments: readonly string[],
  effort: Effort,
): Promise<readonly ArtifactGroups[]> {
  const { counted } = await lookBelow(parts, segments, effort)
  return (await compare(parts, counted, effort)).groups
}

function lookBelow(
  { indexes, keyring, now }: AgreementParts,
  segments: readonly string[],
  effort: Effort,
): ReturnType<typeof rowsBelow> {
  const { isConfigured } = keyring
  return rowsBelow({ indexes, isConfigured, now: now(), effort }, segments)
}

async function compare(
  { read }: AgreementParts,
  rows: readonly CertificationRow[],
  effort: Effort,
): Promise<{ readonly groups: readonly ArtifactGroups[]; readonly truncated: boolean }> {
  const claims: Claim[] = []
  let room = CLAIMS
  let truncated = false
  for (const row of rows) {
    if (effort.isSpent() || room <= 0) {
      truncated = true
      break
    }
    const certification = await read(row)
    if (certification === undefined || row.facts === undefined) continue
    effort.spend(readingOf(certification))
    const { artifacts } = certification.buildinfo
    room -= artifacts.length
    // one that does not fit leaves its place to those behind it
    if (room < 0) {
      room += artifacts.length
      truncated = true
      continue
    }
    claims.push({ id: row.id, rebuilder: row.facts.rebuilder, artifacts })
  }
  return { groups: agree(claims), truncated }
}

async function namesOf(
  keyring: Keyring,
  rows: readonly CertificationRow[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const fingerprint of new Set(rows.flatMap(({ facts }) => facts?.rebuilder ?? []))) {
    const row = await keyring.forFingerprint(fingerprint)
    const [name] = row === undefined ? [] : userIdsOf(row.bytes)
    if (name !== undefined) names.set(fingerprint, name)
  }
  return names
}
