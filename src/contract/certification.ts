import * as Type from 'typebox'
import type { Compared } from '../certification/agreement/differences.ts'
import { ALGORITHMS, type Artifact } from '../certification/artifacts/artifact.ts'
import type { SourceIdentifier } from '../certification/artifacts/source-identifier.ts'
import type { Omission } from '../certification/dialects/dialect.ts'
import { STATES } from '../certification/signatures/state.ts'
import type { Place } from '../feeds/format/entry.ts'
import { CopiesBody } from './copies.ts'
import { Id, Moment, nullable, type SameType, Strings, type ValueOf } from './schema.ts'

export const StateBody = Type.Enum([...STATES], { title: 'State' })

export const place = {
  feed: Type.String({ description: 'Its key' }),
  sequence: Type.Integer({ description: 'Of the data block' }),
  position: Type.Integer({ description: 'In that block' }),
}
const PlaceBody = Type.Object(place, { title: 'Place' })

/** What of the signed text says nothing here. */
const LeftOutBody = Type.Object(
  {
    name: nullable(Type.String({ description: 'Of the file, as the text has it' })),
    code: Type.Enum(['AMBIGUOUS', 'NAME_UNUSABLE', 'LINE_UNREADABLE', 'MORE']),
    detail: Type.String(),
  },
  { title: 'LeftOut' },
)
export const leftOut = Type.Optional(
  Type.Array(LeftOutBody, {
    description:
      'What the text says and cannot be taken, and why; 50 at most. Absent if there is nothing',
  }),
)

const DebianSourceBody = Type.Object(
  {
    ecosystem: Type.Literal('debian'),
    source: Type.String(),
    version: Type.String(),
    architecture: Type.String(),
    sourceVersion: Type.String(),
  },
  { title: 'DebianSource' },
)
const MavenSourceBody = Type.Object(
  {
    ecosystem: Type.Literal('maven'),
    group: Type.String(),
    artifact: Type.String(),
    version: Type.Optional(Type.String()),
  },
  { title: 'MavenSource' },
)
const ProductSourceBody = Type.Object(
  { ecosystem: Type.Literal('product'), product: Type.String(), version: Type.String() },
  { title: 'ProductSource' },
)
const SourceBody = Type.Union([DebianSourceBody, MavenSourceBody, ProductSourceBody], {
  title: 'Source',
})

const summary = {
  id: Id,
  collections: Strings,
  dialect: Type.String(),
  state: StateBody,
  counts: Type.Boolean({ description: 'Does that state count in an agreement?' }),
  rebuilder: nullable(Type.String({ description: 'Fingerprint of the primary key' })),
  signedBy: nullable(Type.String({ description: 'Fingerprint of the key that signed' })),
  keyId: Type.String(),
  signedAt: nullable(Moment),
  acceptedAt: Moment,
  sources: Type.Array(SourceBody, {
    description: "The header's first; of an aggregate at most 16, all of them in the detail",
  }),
  size: Type.Integer({ description: 'Of the bytes that are served' }),
  url: Type.String({ description: 'Path on this node, percent-encoded' }),
  path: Type.String({ description: 'Path on this node, percent-encoded' }),
}
export const SummaryBody = Type.Object(summary, { title: 'CertificationSummary' })
export type CertificationSummary = ValueOf<typeof SummaryBody>
export const SummariesBody = Type.Array(SummaryBody, { title: 'CertificationSummaries' })

const ArtifactBody = Type.Object(
  {
    name: Type.String(),
    group: Type.Optional(Type.String()),
    directory: Type.Optional(
      Type.String({ description: 'Where the list names it; agreement is by name' }),
    ),
    size: Type.Optional(Type.Integer({ description: 'In bytes' })),
    checksums: Type.Array(
      Type.Object(
        { algorithm: Type.Enum([...ALGORITHMS]), hex: Type.String() },
        { title: 'Checksum' },
      ),
    ),
  },
  { title: 'Artifact' },
)

export const DetailBody = Type.Object(
  {
    ...summary,
    artifacts: Type.Array(ArtifactBody),
    leftOut,
    aliases: Strings,
    builtAt: nullable(Moment),
    detached: Type.Boolean({ description: 'Its signature is a file of its own' }),
    places: Type.Array(PlaceBody),
    copies: Type.Optional(CopiesBody),
  },
  { title: 'CertificationDetail' },
)
export type CertificationDetail = ValueOf<typeof DetailBody>

/** Two certifications beside each other. */
export const ComparisonBody = Type.Object(
  {
    left: SummaryBody,
    right: SummaryBody,
    differences: Type.Array(
      Type.Object(
        {
          field: Type.String(),
          item: Type.String(),
          left: nullable(Type.String()),
          right: nullable(Type.String()),
        },
        { title: 'Difference' },
      ),
    ),
    equal: Type.Integer({ description: 'How many items are equal' }),
  },
  { title: 'Comparison' },
)
export type Comparison = ValueOf<typeof ComparisonBody>

/** What the ground says of them. */
export type SchemaAssertions = [
  SameType<Artifact, ValueOf<typeof ArtifactBody>>,
  SameType<SourceIdentifier, ValueOf<typeof SourceBody>>,
  SameType<Omission, ValueOf<typeof LeftOutBody>>,
  SameType<Place, ValueOf<typeof PlaceBody>>,
  SameType<Compared['differences'], Comparison['differences']>,
]
