import { Type } from 'typebox'
import { Id, nullable, State } from './schemas.ts'

// Answers about who agrees, and whose word is counted apart.

const Tally = Type.Object({
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
})
const tallies = {
  named: {
    ...Tally,
    description: 'Operators that this node names, see /policy: one vote for each',
  },
  others: {
    ...Tally,
    description:
      'All other rebuilders, held against the named where these say something, else against each other',
  },
}

export const PolicyBody = Type.Object({
  operators: Type.Array(
    Type.Object({
      name: Type.String(),
      keys: Type.Array(Type.String({ description: 'Fingerprint' })),
    }),
    {
      description: 'Their word is counted apart, and has colours on pages. Empty: nobody is named',
    },
  ),
})

export const AgreementBody = Type.Object({
  collection: Type.String(),
  path: Type.String(),
  truncated: Type.Boolean({
    description:
      'There is more below this path than one answer compares; of each rebuilder the newest stand in it',
  }),
  withheld: Type.Integer({
    description: 'Certifications below this path that this node withholds, see /withheld',
  }),
  elsewhere: Type.Integer({
    description:
      'Artifacts of the same builds that are of other modules, not in this answer: ask with whole=true',
  }),
  artifacts: Type.Array(
    Type.Object({
      name: Type.String(),
      group: Type.Optional(Type.String()),
      ...tallies,
      groups: Type.Array(
        Type.Object({
          checksums: Type.Record(Type.String(), Type.String()),
          size: nullable(Type.Integer()),
          weak: Type.Boolean(),
          rebuilders: Type.Array(
            Type.Object({
              fingerprint: Type.String(),
              name: nullable(Type.String()),
              operator: nullable(Type.String({ description: 'By the policy of this node' })),
              certifications: Type.Array(Id),
            }),
          ),
        }),
      ),
    }),
  ),
  uncounted: Type.Array(Type.Object({ id: Id, state: State, rebuilder: nullable(Type.String()) }), {
    description: 'On the first page',
  }),
})
