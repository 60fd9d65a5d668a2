import { FINGERPRINT_PATTERN, SHA256_PATTERN } from '../base/fingerprint.ts'
import { MOST_OWNERS, PEER_ID_PATTERN } from '../certification/policy-owners.ts'
import * as Type from 'typebox'
import { ScopeBody } from './scope.ts'
import { closed, Id, Key, nullable, type ValueOf } from './schema.ts'

/** A file that somebody has, and what it is called. Checksums in lower-case hex. */
const LookupQuestionBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 512, description: 'As in GET /artifacts' }),
    sha256: Type.Optional(Type.String({ pattern: SHA256_PATTERN })),
    sha512: Type.Optional(Type.String({ pattern: '^[0-9a-f]{128}$' })),
  },
  { ...closed, title: 'LookupQuestion' },
)
export type LookupQuestion = ValueOf<typeof LookupQuestionBody>

export const LookupBody = Type.Object(
  {
    artifacts: Type.Array(LookupQuestionBody, { minItems: 1, maxItems: 128 }),
    rebuilders: Type.Array(Type.String({ pattern: FINGERPRINT_PATTERN }), {
      minItems: 1,
      maxItems: 2_000,
    }),
    owners: Type.Optional(
      Type.Array(Type.String({ pattern: PEER_ID_PATTERN }), {
        maxItems: MOST_OWNERS,
        description: 'Peer ids: also give what they said last of their own feeds',
      }),
    ),
  },
  { ...closed, title: 'Lookup' },
)
export type Lookup = ValueOf<typeof LookupBody>

const LookupAnswerBody = Type.Object(
  {
    certifications: Type.Array(Id, {
      description: 'Those that name one of these checksums, or that name',
    }),
    truncated: Type.Boolean({ description: 'There is more than one answer holds' }),
  },
  { title: 'LookupAnswer' },
)
export type LookupAnswer = ValueOf<typeof LookupAnswerBody>

export const FoundBody = Type.Object(
  {
    id: Id,
    collection: Type.String(),
    dialect: Type.String(),
    bytes: Type.String({ description: 'Base64' }),
    signature: nullable(Type.String({ description: 'Detached, armored, in base64' })),
  },
  { title: 'LookedUpCertification' },
)
/** As it travels. What it says is computed anew from what is decoded, so base64 has not to be checked. */
export type Found = ValueOf<typeof FoundBody>

/** Feeds of one owner that are given at most: it has one for each collection, and those that it lost. */
export const FEEDS_OF_OWNER = 8

/** How much a node can know of some rebuilders: by whoever's feed with certifications of theirs was heard of last. */
export const FreshnessBody = Type.Object(
  {
    rebuilders: Type.Array(Type.String(), {
      description: 'Fingerprints, of those asked for; none of a feed that is given for its owner',
    }),
    holds: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Of a feed that is given for its owner: fingerprints, of those asked for, of whom one of the newest certifications stands there, as the node says',
      }),
    ),
    feed: Key,
    origin: Type.String({ description: 'Block 0 of that feed, which names its owner, in base64' }),
    statement: nullable(
      Type.String({
        description: 'What the owner said last that it has of it, as it signed that, in base64',
      }),
    ),
  },
  { title: 'Freshness' },
)
export type Freshness = ValueOf<typeof FreshnessBody>

export const LookedUpBody = Type.Object(
  {
    answers: Type.Array(LookupAnswerBody, {
      description: 'One for each artifact, in the order of the question',
    }),
    certifications: Type.Array(FoundBody, { description: 'Each of those that are named, once' }),
    scope: Type.Optional(ScopeBody),
    freshness: Type.Optional(
      Type.Array(FreshnessBody, {
        description:
          'Of all rebuilders asked for who have certified anything that is here, and of the owners asked for',
      }),
    ),
  },
  { title: 'LookedUp' },
)

/** Before it is written in base64. */
export interface LookedUpCertification extends Omit<Found, 'bytes' | 'signature'> {
  readonly bytes: Uint8Array
  readonly signature?: Uint8Array | undefined
}

export interface LookedUp extends Omit<
  ValueOf<typeof LookedUpBody>,
  'certifications' | 'freshness' | 'scope'
> {
  readonly certifications: readonly LookedUpCertification[]
}
