import * as Type from 'typebox'
import { ScopeBody } from './scope.ts'
import { type Tally } from '../certification/agreement/judge.ts'
import { StateBody } from './certification.ts'
import { Id, nullable, type SameType, type ValueOf } from './schema.ts'

// Answers about who agrees, and whose word is counted apart.

const TallyBody = Type.Object(
  {
    agreeing: Type.Integer({ description: 'They gave a checksum that another one gave too' }),
    differing: Type.Integer({
      description:
        'As many or more gave another one. Where the largest sides are several, all differ',
    }),
    alone: Type.Integer({ description: 'The only ones so far with what they built' }),
    sides: Type.Array(Type.Integer(), {
      description:
        'Of the artifact about which they differ most: how many say each thing, most first; a fifth is all the rest. Empty where nobody differs',
    }),
  },
  { title: 'Tally' },
)
export type TallySchemaAssertion = SameType<Tally, ValueOf<typeof TallyBody>>

const tallies = {
  named: {
    ...TallyBody,
    description: 'Operators that this node names, see /policy: one vote for each',
  },
  others: {
    ...TallyBody,
    description:
      'All other rebuilders, held against the named where these say something, else against each other',
  },
}

export const PolicyBody = Type.Object(
  {
    operators: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          keys: Type.Array(Type.String({ description: 'Fingerprint' })),
        },
        { title: 'Operator' },
      ),
      {
        description:
          'Their word is counted apart, and has colours on pages. Empty: nobody is named',
      },
    ),
  },
  { title: 'Policy' },
)
export type Policy = ValueOf<typeof PolicyBody>

const hex = Type.Optional(Type.String())

/** One `{algorithm, hex}` set that some rebuilders gave for an artifact. */
const GroupBody = Type.Object(
  {
    checksums: Type.Object(
      { md5: hex, sha1: hex, sha256: hex, sha512: hex },
      { title: 'Checksums' },
    ),
    size: nullable(Type.Integer({ description: 'In bytes; null where nobody says it' })),
    weak: Type.Boolean({
      description: 'Neither SHA-256 nor SHA-512 is given: found, but never an agreement',
    }),
    rebuilders: Type.Array(
      Type.Object(
        {
          fingerprint: Type.String(),
          name: nullable(Type.String()),
          operator: nullable(Type.String({ description: 'By the policy of this node' })),
          certifications: Type.Array(Id),
        },
        { title: 'AgreeingRebuilder' },
      ),
    ),
  },
  { title: 'AgreementGroup' },
)
export type AgreementGroup = ValueOf<typeof GroupBody>

/** How many agree about it, by the judge: operators that this node's pages name, and all others. */
const ArtifactAgreementBody = Type.Object(
  {
    name: Type.String(),
    group: Type.Optional(Type.String()),
    ...tallies,
    groups: Type.Array(GroupBody, {
      description:
        'Strong before weak; then what most named operators say, then what most others do. A certification that stands in several gave alternatives',
    }),
  },
  { title: 'ArtifactAgreement' },
)
export type ArtifactAgreement = ValueOf<typeof ArtifactAgreementBody>

export const AgreementBody = Type.Object(
  {
    collection: Type.String(),
    path: Type.String(),
    truncated: Type.Boolean({
      description:
        'There is more below this path than one answer compares; of each rebuilder the newest stand in it',
    }),
    withheld: Type.Optional(
      Type.Integer({
        description:
          'Certifications below this path that this node withholds, see /withheld: who is behind them is not said. Absent: a node of an earlier version',
      }),
    ),
    scope: Type.Optional(ScopeBody),
    elsewhere: Type.Optional(
      Type.Integer({
        description:
          'Artifacts of the same builds that are of other modules, not in this answer: of the build that has most; ask with whole=true. Absent: a node of an earlier version',
      }),
    ),
    artifacts: Type.Array(ArtifactAgreementBody, {
      description: 'In the order of their names, then groups',
    }),
    uncounted: Type.Array(
      Type.Object(
        { id: Id, state: StateBody, rebuilder: nullable(Type.String()) },
        { title: 'Uncounted' },
      ),
      {
        description:
          'Certifications below that path which do not count, and why: on the first page',
      },
    ),
  },
  { title: 'Agreement' },
)
export type Agreement = ValueOf<typeof AgreementBody>

/** A part of an agreement; `next` is absent on the last. */
export type AgreementPage = Agreement & { readonly next?: string | undefined }
