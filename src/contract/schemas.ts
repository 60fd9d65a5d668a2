import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { STATES } from '../certification/signatures/state.ts'

// Answers are described by these, and tests hold answers against them.

const HEX_ID = '^[0-9a-f]{64}$'
export const FINGERPRINT = '^(?:0[xX])?(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$'

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Id = Type.String({
  pattern: HEX_ID,
  description: 'SHA-256 over the signed octets and the claimed key id',
})
export const Moment = Type.String({ description: 'ISO 8601, UTC' })
export const State = Type.Union(STATES.map((state) => Type.Literal(state)))

const withholding = {
  id: Id,
  reason: Type.String(),
  code: Type.String({ description: 'spam, legal, privacy or error' }),
  at: Moment,
  feed: nullable(Type.String({ description: 'The feed that says so' })),
}
export const WithheldBody = Type.Object({
  ...withholding,
  collections: Type.Array(Type.String()),
})

export const ProblemBody = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable; what a program should look at' }),
  detail: Type.String(),
  retryAfter: Type.Optional(
    Type.Integer({ description: 'When it can be tried again, in seconds, where that is known' }),
  ),
  cause: Type.Optional(
    Type.String({ description: 'Only of DISK_FULL: the name of an errno, ENOSPC say' }),
  ),
  withholding: Type.Optional(Type.Object(withholding, { description: 'Only of WITHHELD' })),
})

export const Head = Type.Object({
  length: Type.Integer(),
  fork: Type.Integer(),
  root: Type.String(),
  signature: Type.String(),
})
export const Place = { feed: Type.String(), sequence: Type.Integer(), position: Type.Integer() }

/** What of the signed text says nothing here. */
export const LeftOutBody = Type.Optional(
  Type.Array(
    Type.Object({ name: nullable(Type.String()), code: Type.String(), detail: Type.String() }),
    { description: 'What the text says and cannot be taken, and why; 50 at most' },
  ),
)

export const ListingBody = Type.Array(
  Type.Object({
    path: Type.String(),
    name: Type.String(),
    type: Type.Union([Type.Literal('object'), Type.Literal('collection')]),
    id: Type.Optional(Id),
  }),
)

const DebianSource = Type.Object({
  ecosystem: Type.Literal('debian'),
  source: Type.String(),
  version: Type.String(),
  architecture: Type.String(),
  sourceVersion: Type.String(),
})
const MavenSource = Type.Object({
  ecosystem: Type.Literal('maven'),
  group: Type.String(),
  artifact: Type.String(),
  version: Type.Optional(Type.String()),
})

const ProductSource = Type.Object({
  ecosystem: Type.Literal('product'),
  product: Type.String(),
  version: Type.String(),
})

const summary = {
  id: Id,
  collections: Type.Array(Type.String()),
  dialect: Type.String(),
  state: State,
  counts: Type.Boolean(),
  rebuilder: nullable(Type.String()),
  signedBy: nullable(Type.String()),
  keyId: Type.String(),
  signedAt: nullable(Moment),
  acceptedAt: Moment,
  sources: Type.Array(Type.Union([DebianSource, MavenSource, ProductSource])),
  size: Type.Integer(),
  url: Type.String(),
  path: Type.String(),
}
export const SummaryBody = Type.Object(summary)
export const SummariesBody = Type.Array(SummaryBody)

export const DetailBody = Type.Object({
  ...summary,
  artifacts: Type.Array(
    Type.Object({
      name: Type.String(),
      group: Type.Optional(Type.String()),
      directory: Type.Optional(
        Type.String({ description: 'Where the list names it; agreement is by name' }),
      ),
      size: Type.Optional(Type.Integer()),
      checksums: Type.Array(Type.Object({ algorithm: Type.String(), hex: Type.String() })),
    }),
  ),
  leftOut: LeftOutBody,
  aliases: Type.Array(Type.String()),
  builtAt: nullable(Moment),
  detached: Type.Boolean(),
  places: Type.Array(Type.Object(Place)),
})

export const LookedUpBody = Type.Object({
  answers: Type.Array(
    Type.Object({
      certifications: Type.Array(Id),
      truncated: Type.Boolean({ description: 'There is more than one answer holds' }),
    }),
    { description: 'One for each artifact, in the order of the question' },
  ),
  certifications: Type.Array(
    Type.Object({
      id: Id,
      collection: Type.String(),
      dialect: Type.String(),
      bytes: Type.String({ description: 'Base64' }),
      signature: nullable(Type.String({ description: 'Detached, armored, in base64' })),
    }),
  ),
})

export const KeysAddedBody = Type.Array(
  Type.Object({
    fingerprint: Type.String({ description: 'A key id where `waits`' }),
    added: Type.Boolean(),
    released: Type.Array(Id),
    waits: Type.Boolean({ description: 'A revocation of a key that is not known yet' }),
    leftOut: Type.Array(Type.Object({ what: Type.String(), why: Type.String() }), {
      description: 'What was sent and is not kept, or has no effect',
    }),
  }),
)

const Rate = Type.Object({
  compared: Type.Integer({ description: 'Artifacts that somebody else of these certified too' }),
  agreeing: Type.Integer({
    description:
      'Of these: another one gave the same checksum, and more did so than gave any other',
  }),
})
export const RebuilderBody = Type.Object({
  fingerprint: Type.String(),
  userIds: Type.Array(Type.String()),
  certifications: Type.Integer(),
  agreement: Type.Object(
    {
      named: {
        ...nullable(Rate),
        description: 'By operators that this node names, see /policy; null: nothing to compare',
      },
      others: { ...nullable(Rate), description: 'By all other rebuilders' },
    },
    {
      description:
        'In all versions; of each rebuilder the newest 64 certifications of a version are compared',
    },
  ),
})

export const StatusBody = Type.Object({
  version: Type.String(),
  peerId: Type.String(),
  startedAt: Moment,
  collections: Type.Array(
    Type.Object({
      name: Type.String(),
      dialect: Type.String(),
      admit: Type.String(),
      certifications: Type.Integer(),
      feed: nullable(Type.String()),
      length: Type.Integer(),
      followed: Type.Integer(),
    }),
  ),
  keys: Type.Integer(),
  rebuilders: Type.Integer(),
  waiting: Type.Object({ items: Type.Integer(), bytes: Type.Integer() }),
  peers: Type.Integer({ description: 'Connected ones' }),
  addresses: Type.Array(Type.String({ description: 'Multiaddr by which other nodes reach it' })),
  follow: Type.Union([Type.Literal('listed'), Type.Literal('vouched'), Type.Literal('open')]),
  readOnly: Type.Boolean({ description: 'Its operator wants it to take nothing' }),
  writable: Type.Boolean({ description: 'It takes submissions now' }),
  disk: nullable(
    Type.Object(
      { cause: Type.String(), reason: Type.String(), since: Moment },
      { description: 'Why its disk takes nothing: the name of an errno, and a sentence' },
    ),
  ),
  blocks: Type.Object({ known: Type.Integer(), here: Type.Integer(), indexed: Type.Integer() }),
  ready: Type.Boolean(),
  advice: Type.Array(Type.String()),
})

export const ReadyBody = Type.Object({
  ready: Type.Boolean({ description: 'It has caught up' }),
  writable: Type.Boolean({ description: 'It takes submissions now' }),
})

/** How an answer that is not JSON is described. */
export const media = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: Type.String() } },
})
/** Problem JSON, for every status that is not named. */
export const problems = {
  '4xx': {
    description: 'A problem',
    content: { 'application/problem+json': { schema: ProblemBody } },
  },
  '5xx': {
    description: 'A problem',
    content: { 'application/problem+json': { schema: ProblemBody } },
  },
}
