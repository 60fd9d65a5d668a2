/* What certifications say of the versions in which they are compared, kept so that comparing reads no feed. */
import { encode } from 'cborg'
import type { Artifact, Checksum } from '../certification/artifact.ts'
import type { Bytes, Indexes } from './database.ts'
import { behindRebuilder, claimKey, claimsBy, claimsIn, rebuilderOfClaim } from './keys.ts'
import { ownRow } from './own-row.ts'
import type { Row } from './rows.ts'

/** One certification in one version. It counts there at some time, or it has no row. */
export interface VersionClaim {
  readonly id: string
  readonly rebuilder: string
  /** Fingerprint of the key or subkey that signed. */
  readonly signedBy: string
  /** Milliseconds since 1970; 0 where that is not said. */
  readonly signedAt: number
  /** By the header's source: of a module only what is that module's is said. */
  readonly isHeader: boolean
  /** Strong checksums alone, cut to {@link CUT} hex digits, and no artifact that is never compared. */
  readonly artifacts: readonly Artifact[]
}

/** Of a checksum: a rebuilder can claim any, so that cutting costs no safety, and a row is half as large. */
const CUT = 32
const STRONG = ['sha256', 'sha512'] as const
/** In a row: behind the beginning of an array, and of 32 bytes with their length (RFC 8949, section 3). */
const ID_AT = 3
const ID_LENGTH = 32
/** Rows that are read at once, if they are small. */
const ROWS = 16

type EncodedArtifact = [
  name: string,
  group: string | null,
  size: number | null,
  ...checksums: (Uint8Array | null)[],
]
type Encoded = [
  id: Uint8Array,
  rebuilder: Uint8Array,
  signedBy: Uint8Array,
  signedAt: number,
  isHeader: boolean,
  artifacts: EncodedArtifact[],
]

export function claimRow(version: Bytes, claim: VersionClaim): Row {
  const encoded: Encoded = [
    Buffer.from(claim.id, 'hex'),
    Buffer.from(claim.rebuilder, 'hex'),
    Buffer.from(claim.signedBy, 'hex'),
    claim.signedAt,
    claim.isHeader,
    claim.artifacts.map(encodeArtifact),
  ]
  return { key: claimKey(version, claim), value: encode(encoded) }
}

function encodeArtifact({ name, group, size, checksums }: Artifact): EncodedArtifact {
  const strong = STRONG.map((algorithm) => {
    const hex = checksums.find((one) => one.algorithm === algorithm)?.hex
    return hex === undefined ? null : Buffer.from(hex.slice(0, CUT), 'hex')
  })
  return [name, group ?? null, size ?? null, ...strong]
}

function decodeClaim(value: Bytes): VersionClaim {
  const [id, rebuilder, signedBy, signedAt, isHeader, artifacts] = ownRow<Encoded>(value)
  return {
    id: hexOf(id),
    rebuilder: hexOf(rebuilder).toUpperCase(),
    signedBy: hexOf(signedBy).toUpperCase(),
    signedAt,
    isHeader,
    artifacts: artifacts.map(decodeArtifact),
  }
}

function decodeArtifact([name, group, size, ...strong]: EncodedArtifact): Artifact {
  const checksums = STRONG.flatMap((algorithm, at): Checksum[] => {
    const cut = strong[at]
    return cut === null || cut === undefined ? [] : [{ algorithm, hex: hexOf(cut) }]
  })
  return {
    name,
    ...(group !== null && { group }),
    ...(size !== null && { size }),
    checksums,
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What one rebuilder says of a version, its newest first. */
export async function* claimsOf(
  indexes: Indexes,
  version: Bytes,
  rebuilder: string,
): AsyncGenerator<VersionClaim, void, void> {
  for await (const value of indexes.level.values(claimsBy(version, rebuilder))) {
    const claim = decodeClaim(value)
    if (indexes.isHidden?.(claim.id) !== true) yield claim
  }
}

/**
 * What is said of a version, rebuilder by rebuilder, of each its newest `most`. What a rebuilder says beyond that costs a seek,
 * however much it is.
 */
export async function* claimsInTurn(
  indexes: Indexes,
  version: Bytes,
  most: number,
): AsyncGenerator<VersionClaim, void, void> {
  for await (const value of rowsInTurn(indexes, version, most)) {
    const claim = decodeClaim(value)
    if (indexes.isHidden?.(claim.id) !== true) yield claim
  }
}

/** Of {@link claimsInTurn} the certifications alone; `size` is that of their rows in bytes. */
export async function* claimIdsInTurn(
  indexes: Indexes,
  version: Bytes,
  most: number,
): AsyncGenerator<{ readonly id: string; readonly size: number }, void, void> {
  for await (const value of rowsInTurn(indexes, version, most)) {
    const id = hexOf(value.subarray(ID_AT, ID_AT + ID_LENGTH))
    if (indexes.isHidden?.(id) !== true) yield { id, size: value.length }
  }
}

async function* rowsInTurn(
  indexes: Indexes,
  version: Bytes,
  most: number,
): AsyncGenerator<Bytes, void, void> {
  const iterator = indexes.level.iterator(claimsIn(version))
  let last: Bytes | undefined
  let taken = 0
  try {
    // several at once: most versions have few, and each reading is a task of another thread
    for (let rows = await iterator.nextv(ROWS); rows.length > 0; rows = await iterator.nextv(ROWS))
      for (const [key, value] of rows) {
        const who = rebuilderOfClaim(key)
        taken = last !== undefined && Buffer.compare(who, last) === 0 ? taken + 1 : 1
        last = Buffer.from(who)
        if (taken > most) {
          iterator.seek(behindRebuilder(key))
          break
        }
        yield value
      }
  } finally {
    await iterator.close()
  }
}
