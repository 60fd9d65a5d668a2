import * as Type from 'typebox'
import { VOTER_GROUPS, type VoterGroup } from '../certification/agreement/judge.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'
import { Strings, type ValueOf } from './schema.ts'

/** Of artifacts: by those whom the policy names, and by all others. */
export type ByVoterGroup<T> = Readonly<Record<VoterGroup, T>>

const countsSchema = (description: string) =>
  Type.Object(
    { named: Type.Integer(), others: Type.Integer() },
    { title: 'CountByCamp', description },
  )

/** An artifact about which a rebuilder differs from most others, and the version in which it was compared. */
const ContradictedBody = Type.Object(
  {
    collection: Type.String(),
    path: Type.String({ description: 'Of the agreement, below the collection' }),
    name: Type.String(),
    group: Type.Optional(Type.String()),
    certifications: { ...Strings, description: 'Ids of its certifications that say so' },
    camp: Type.Enum([...VOTER_GROUPS], {
      description: 'Against whose word; others where the named say nothing to compare',
    }),
    same: Type.Integer({ description: 'How many others of these gave the same checksum' }),
    other: Type.Integer({ description: 'How many of these gave another' }),
  },
  { title: 'Contradicted' },
)
export type Contradicted = ValueOf<typeof ContradictedBody>
export type Contradiction = Omit<Contradicted, 'collection' | 'path'>

const measured = {
  unshared: countsSchema('Artifacts of which nobody else of these gave a checksum to compare'),
  weak: Type.Integer({ description: 'Artifacts of which it gave neither SHA-256 nor SHA-512' }),
  complete: Type.Boolean({
    description:
      'false: of some version that it certified those whom nobody names have certified more than is compared; what is left out can be its own',
  }),
  contradicted: countsSchema(
    'Artifacts of which these gave another checksum, and as many or more of them than gave the same',
  ),
}

/** How a rebuilder stands to others about all that it certified; each artifact counts once in a version. */
export const RebuilderComparisonBody = Type.Object(
  {
    counting: Type.Integer({
      description: 'How many of its certifications count in an agreement, or will on their date',
    }),
    ...measured,
    contradictions: Type.Array(ContradictedBody, {
      description:
        'At most 100: against the named first, and of each camp those against which most stand',
    }),
  },
  { title: 'Measured' },
)

/** Before it is told apart from the summary. */
export type RebuilderComparison = Omit<
  ValueOf<typeof RebuilderComparisonBody>,
  'counting' | 'contradictions'
> & {
  readonly agreement: RebuilderSummary['agreement']
}
