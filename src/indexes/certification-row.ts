import { encode } from 'cborg'
import type { Signer } from '../certification/agreement/named-operators.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import type { SignatureFacts } from '../certification/signatures/state.ts'
import type { SourceIdentifier } from '../certification/artifacts/source-identifier.ts'
import { ARRAY, endOfItem, headAt } from './cbor-item.ts'
import { decodeOwn } from './own-cbor.ts'

/** One place that holds the statement. Variants share the id: the bytes can differ where the signature does not look. */
export interface Variant {
  readonly feed: string
  readonly sequence: number
  readonly position: number
  readonly collection: string
  readonly acceptedAt: number
  readonly alias?: string | undefined
  readonly signature: 'good' | 'key-unknown'
  /** Where its feed had it first, if it was appended again since. Receipts name that place for good. */
  readonly original?: FeedPosition | undefined
}

export interface FeedPosition {
  readonly sequence: number
  readonly position: number
}

/** What is kept at hand of a certification; the rest is read from its bytes. */
export interface CertificationRow {
  readonly id: string
  readonly dialect: DialectName
  readonly keyId: string
  readonly signedAt: number
  readonly size: number
  readonly stem: string
  readonly detached: boolean
  readonly hasDate: boolean
  /** The header's first; at most {@link ROW_SOURCES} of them. */
  readonly sources: readonly SourceIdentifier[]
  /** Set as soon as one variant is good. */
  readonly facts?: SignatureFacts | undefined
  /** Good ones first, then as they came. Never empty. */
  readonly variants: readonly Variant[]
}

/** An aggregate names up to 1,031 sources; a row keeps the first. */
export const ROW_SOURCES = 16

const SIGNATURES = ['good', 'key-unknown'] as const
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

type EncodedFacts = [Uint8Array, Uint8Array, number, number, number | null, number | null, boolean]
type EncodedVariant = [
  Uint8Array,
  number,
  number,
  string,
  number,
  string | null,
  number,
  ...([] | [number, number]),
]
type EncodedRow = [
  DialectName,
  Uint8Array,
  number,
  number,
  string,
  boolean,
  boolean,
  string[][],
  EncodedFacts | null,
  EncodedVariant[],
]

export function encodeRow(row: CertificationRow): Uint8Array {
  const encoded: EncodedRow = [
    row.dialect,
    bytes(row.keyId),
    row.signedAt,
    row.size,
    row.stem,
    row.detached,
    row.hasDate,
    row.sources.slice(0, ROW_SOURCES).map(encodeSource),
    row.facts === undefined ? null : encodeFacts(row.facts),
    row.variants.map((variant): EncodedVariant => {
      const { original } = variant
      return [
        bytes(variant.feed),
        variant.sequence,
        variant.position,
        variant.collection,
        variant.acceptedAt,
        variant.alias ?? null,
        SIGNATURES.indexOf(variant.signature),
        ...(original === undefined
          ? ([] as const)
          : ([original.sequence, original.position] as const)),
      ]
    }),
  ]
  return encode(encoded)
}

/** Do they say the same of a signature? */
export function isSameFacts(
  one: SignatureFacts | undefined,
  other: SignatureFacts | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other
  return Buffer.compare(encode(encodeFacts(one)), encode(encodeFacts(other))) === 0
}

export function decodeRow(id: string, value: Uint8Array): CertificationRow {
  const row = decodeOwn<EncodedRow>(value)
  const [dialect, keyId, signedAt, size, stem, detached, hasDate, sources, facts, variants] = row
  return {
    id,
    dialect,
    keyId: hex(keyId).toUpperCase(),
    signedAt,
    size,
    stem,
    detached,
    hasDate,
    sources: sources.map(decodeSource),
    facts: facts === null ? undefined : decodeFacts(facts),
    variants: variants.map(
      ([feed, sequence, position, collection, acceptedAt, alias, signature, ...original]) => ({
        feed: hex(feed),
        sequence,
        position,
        collection,
        acceptedAt,
        alias: alias ?? undefined,
        signature: SIGNATURES[signature] ?? 'key-unknown',
        ...(original.length === 2 && {
          original: { sequence: original[0], position: original[1] },
        }),
      }),
    ),
  }
}

/** Items of a row before its facts. */
const BEFORE_FACTS = 8

/** Who signed, by a row's facts alone, where decoding each would cost ten times as much; `undefined` while that is not known. */
export function signerIn(value: Uint8Array): Signer | undefined {
  let at = headAt(value, 0).end
  for (let item = 0; item < BEFORE_FACTS; item += 1) at = endOfItem(value, at)
  const facts = headAt(value, at)
  if (facts.type !== ARRAY) return undefined
  const [rebuilder, signedBy] = [facts.end, endOfItem(value, facts.end)].map((from) => {
    const { end, count } = headAt(value, from)
    return hex(value.subarray(end, end + count)).toUpperCase()
  })
  return { rebuilder: rebuilder ?? '', signedBy: signedBy ?? '' }
}

function encodeSource(source: SourceIdentifier): string[] {
  if (source.ecosystem === 'debian')
    return ['d', source.source, source.version, source.architecture, source.sourceVersion]
  if (source.ecosystem === 'product') return ['c', source.product, source.version]
  const { group, artifact, version } = source
  return version === undefined ? ['m', group, artifact] : ['m', group, artifact, version]
}

function decodeSource([ecosystem, ...parts]: string[]): SourceIdentifier {
  const [first = '', second = '', third, fourth = ''] = parts
  if (ecosystem === 'd')
    return {
      ecosystem: 'debian',
      source: first,
      version: second,
      architecture: third ?? '',
      sourceVersion: fourth,
    }
  if (ecosystem === 'c') return { ecosystem: 'product', product: first, version: second }
  const unversioned = { ecosystem: 'maven', group: first, artifact: second } as const
  return third === undefined ? unversioned : { ...unversioned, version: third }
}

/** A hard revocation is kept as -1, a soft one as its time. */
function encodeFacts(facts: SignatureFacts): EncodedFacts {
  const { revoked } = facts
  return [
    bytes(facts.rebuilder),
    bytes(facts.signedBy),
    facts.signedAt,
    facts.validFrom,
    facts.validUntil ?? null,
    revoked === undefined ? null : revoked.kind === 'hard' ? -1 : revoked.at,
    facts.weakDigest,
  ]
}

function decodeFacts(encoded: EncodedFacts): SignatureFacts {
  const [rebuilder, signedBy, signedAt, validFrom, validUntil, revoked, weakDigest] = encoded
  return {
    rebuilder: hex(rebuilder).toUpperCase(),
    signedBy: hex(signedBy).toUpperCase(),
    signedAt,
    validFrom,
    ...(validUntil === null ? {} : { validUntil }),
    ...(revoked === null
      ? {}
      : {
          revoked:
            revoked === -1 ? { kind: 'hard' as const } : { kind: 'soft' as const, at: revoked },
        }),
    weakDigest,
  }
}
