/* What certifications say of the versions in which they are compared, kept so that comparing reads no feed. */
import { hash } from 'node:crypto'
import { encode } from 'cborg'
import type { Artifact, Checksum } from '../certification/artifacts/artifact.ts'
import type { Bytes, VisibleIndexes } from './database.ts'
import {
  afterRebuilder,
  claimKey,
  claimsBy,
  claimsIn,
  idOfUncountedKey,
  rebuilderOfClaim,
  uncountedIn,
} from './version-keys.ts'
import { decodeOwn } from './own-cbor.ts'
import type { Row } from './rows.ts'

/** One certification in one version. It counts there at some time, or it has no row. */
export interface VersionClaim {
  readonly id: string
  readonly rebuilder: string
  /** Fingerprint of the key or subkey that signed. */
  readonly signedBy: string
  /** Milliseconds since 1970; 0 where that is not said. */
  readonly signedAt: number
  /** Is it compared in the version of its header's source? A claim about a module has only that module's artifacts. */
  readonly isHeader: boolean
  /** Strong checksums alone, each told by {@link CUT} hex digits of its hash, and no artifact that is never compared. */
  readonly artifacts: readonly Artifact[]
  /** Equal where claims say the same of the same artifacts: 32 hex digits. */
  readonly contentDigest: string
}

/**
 * A row has this many hex digits of the hash of each checksum, which halves the row. A part of the checksum itself would
 * let somebody seem to say what others say.
 */
const CUT = 32
const STRONG = ['sha256', 'sha512'] as const
/** The id stands at this offset in a row: after the head of the array and the head of the 32 bytes (RFC 8949, section 3). */
const ID_AT = 3
const ID_LENGTH = 32
/** How many rows are read at once, if they are small. */
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
  /** Encoded apart, since most say what the one before says. */
  artifacts: Uint8Array,
]

/** The row of a claim, and {@link VersionClaim.contentDigest}. */
export function claimRow(
  version: Bytes,
  claim: Omit<VersionClaim, 'contentDigest'>,
): Row & { readonly contentDigest: string } {
  const artifacts = encode(claim.artifacts.map(encodeArtifact))
  const value = Buffer.concat([beforeArtifacts(claim), encode(artifacts)])
  return { key: claimKey(version, claim), value, contentDigest: digestOf(artifacts) }
}

type Said = Omit<VersionClaim, 'contentDigest' | 'artifacts'>

let begun: { readonly of: Said; readonly encoded: Bytes } | undefined

/** A row up to its artifacts: a certification has one in each of its modules, one after the other. */
function beforeArtifacts(claim: Said): Bytes {
  if (begun !== undefined && isSame(begun.of, claim)) return begun.encoded
  const { id, rebuilder, signedBy, signedAt, isHeader } = claim
  const encoded: Encoded = [
    Buffer.from(id, 'hex'),
    Buffer.from(rebuilder, 'hex'),
    Buffer.from(signedBy, 'hex'),
    signedAt,
    isHeader,
    new Uint8Array(),
  ]
  // but for the one byte that says that there are none
  begun = {
    of: { id, rebuilder, signedBy, signedAt, isHeader },
    encoded: encode(encoded).slice(0, -1),
  }
  return begun.encoded
}

const isSame = (one: Said, other: Said): boolean =>
  one.id === other.id &&
  one.isHeader === other.isHeader &&
  one.signedAt === other.signedAt &&
  one.rebuilder === other.rebuilder &&
  one.signedBy === other.signedBy

const digestOf = (artifacts: Uint8Array): string => hash('sha256', artifacts, 'hex').slice(0, 32)

function encodeArtifact({ name, group, size, checksums }: Artifact): EncodedArtifact {
  const strong = STRONG.map((algorithm) => {
    const hex = checksums.find((one) => one.algorithm === algorithm)?.hex
    return hex === undefined
      ? null
      : hash('sha256', Buffer.from(hex, 'hex'), 'buffer').subarray(0, CUT / 2)
  })
  return [name, group ?? null, size ?? null, ...strong]
}

const NOTHING = { encoded: new Uint8Array(), artifacts: [], contentDigest: '' }

/** Reads rows one after the other. */
function makeDecode(): (value: Bytes) => VersionClaim {
  let last: Pick<VersionClaim, 'artifacts' | 'contentDigest'> & { readonly encoded: Bytes } =
    NOTHING
  return (value) => {
    const [id, rebuilder, signedBy, signedAt, isHeader, encoded] = decodeOwn<Encoded>(value)
    if (Buffer.compare(last.encoded, encoded) !== 0)
      last = {
        encoded,
        artifacts: decodeOwn<EncodedArtifact[]>(encoded).map(decodeArtifact),
        contentDigest: digestOf(encoded),
      }
    return {
      id: hexOf(id),
      rebuilder: hexOf(rebuilder).toUpperCase(),
      signedBy: hexOf(signedBy).toUpperCase(),
      signedAt,
      isHeader,
      artifacts: last.artifacts,
      contentDigest: last.contentDigest,
    }
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
  indexes: VisibleIndexes,
  version: Bytes,
  rebuilder: string,
): AsyncGenerator<VersionClaim, void, void> {
  const decode = makeDecode()
  for await (const value of indexes.level.values(claimsBy(version, rebuilder))) {
    const claim = decode(value)
    if (!indexes.isHidden(claim.id)) yield claim
  }
}

/**
 * What is said of a version, rebuilder by rebuilder, of each its newest `most`. What a rebuilder says beyond that costs a seek,
 * however much it is.
 */
export async function* newestClaims(
  indexes: VisibleIndexes,
  version: Bytes,
  most: number,
): AsyncGenerator<VersionClaim, void, void> {
  const decode = makeDecode()
  for await (const value of newestRows(indexes, version, most)) {
    const claim = decode(value)
    if (!indexes.isHidden(claim.id)) yield claim
  }
}

/** Of {@link newestClaims} the certifications alone; `size` is that of their rows in bytes. */
export async function* newestClaimIds(
  indexes: VisibleIndexes,
  version: Bytes,
  most: number,
): AsyncGenerator<{ readonly id: string; readonly size: number }, void, void> {
  for await (const value of newestRows(indexes, version, most)) {
    const id = hexOf(value.subarray(ID_AT, ID_AT + ID_LENGTH))
    if (!indexes.isHidden(id)) yield { id, size: value.length }
  }
}

/** Ids of what does not count in a version, `most` of them. */
export async function uncountedIds(
  indexes: VisibleIndexes,
  version: Bytes,
  most: number,
): Promise<readonly string[]> {
  const found: string[] = []
  for await (const key of indexes.level.keys(uncountedIn(version))) {
    const id = idOfUncountedKey(key)
    if (indexes.isHidden(id)) continue
    found.push(id)
    if (found.length === most) break
  }
  return found
}

async function* newestRows(
  indexes: VisibleIndexes,
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
          iterator.seek(afterRebuilder(key))
          break
        }
        yield value
      }
  } finally {
    await iterator.close()
  }
}
