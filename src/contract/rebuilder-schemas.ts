import { Type } from 'typebox'
import { nullable, RebuilderBody, SummariesBody } from './schemas.ts'

const Moment = nullable(Type.String({ description: 'ISO 8601, UTC' }))

const Key = Type.Object(
  {
    kind: Type.Union([Type.Literal('openpgp'), Type.Literal('in-toto')]),
    parts: Type.Array(
      Type.Object({
        fingerprint: Type.String(),
        primary: Type.Boolean(),
        algorithm: Type.String({ description: 'In words' }),
        createdAt: Moment,
        expiresAt: Moment,
        expired: Type.Boolean(),
        revoked: nullable(
          Type.Object({
            kind: Type.Union([Type.Literal('hard'), Type.Literal('soft')], {
              description: 'hard: it voids whatever it signed; soft: retired',
            }),
            at: Moment,
          }),
        ),
        maySign: Type.Boolean({ description: 'Its owner made it to sign data' }),
      }),
      { description: 'The primary key, and the subkeys that agreed to sign for it; at most 32' },
    ),
    designatedRevokers: Type.Array(Type.String(), {
      description: 'Keys that may revoke it; such revocations are not followed',
    }),
  },
  { description: 'null where this node does not have it any more' },
)

const Activity = Type.Object({
  per: Type.Union([Type.Literal('month'), Type.Literal('year')]),
  bars: Type.Array(
    Type.Object({
      period: Type.String({ description: '2026-11, or 2026' }),
      certifications: Type.Integer(),
    }),
    { description: 'By the time of signing, in UTC, oldest first, without gaps' },
  ),
  earlier: Type.Integer({ description: 'Signed before the first bar' }),
  future: Type.Integer({ description: 'Dated in the future' }),
  counted: Type.Integer({ description: 'The newest that were looked at' }),
})

/** By operators that this node names, and by all other rebuilders. */
const byCamp = (description: string) =>
  Type.Object({ named: Type.Integer(), others: Type.Integer() }, { description })

const Measured = Type.Object({
  counting: Type.Integer({
    description: 'How many of its certifications count in an agreement, or will on their date',
  }),
  unshared: byCamp('Artifacts of which nobody else of these gave a checksum to compare'),
  weak: Type.Integer({ description: 'Artifacts of which it gave neither SHA-256 nor SHA-512' }),
  complete: Type.Boolean({
    description:
      'false: of some version that it certified those whom nobody names have certified more than is compared; what is left out can be its own',
  }),
  contradicted: byCamp(
    'Artifacts of which these gave another checksum, and as many or more of them than gave the same',
  ),
  contradictions: Type.Array(
    Type.Object({
      collection: Type.String(),
      path: Type.String({ description: 'Of the agreement, below the collection' }),
      name: Type.String(),
      group: Type.Optional(Type.String()),
      certifications: Type.Array(Type.String()),
      camp: Type.Union([Type.Literal('named'), Type.Literal('others')], {
        description: 'Against whose word; others where the named say nothing to compare',
      }),
      same: Type.Integer({ description: 'How many others of these gave the same checksum' }),
      other: Type.Integer({ description: 'How many of these gave another' }),
    }),
    {
      description:
        'At most 100: against the named first, and of each camp those against which most stand',
    },
  ),
})

export const RebuilderDetailBody = Type.Object({
  ...RebuilderBody.properties,
  key: nullable(Key),
  activity: Activity,
  measured: Measured,
  newest: { ...SummariesBody, description: 'By the time of signing, newest first, at most 50' },
})
