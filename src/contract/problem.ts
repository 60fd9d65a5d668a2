import * as Type from 'typebox'
import type { WithholdingFacts } from '../base/errors.ts'
import { Id, Moment, nullable, type SameType, type ValueOf } from './schema.ts'

export const withholding = {
  id: Id,
  reason: Type.String(),
  code: Type.String({ description: 'spam, legal, privacy or error' }),
  at: Moment,
  feed: nullable(Type.String({ description: 'The feed that says so' })),
}

const WithholdingBody = Type.Object(withholding, {
  title: 'Withholding',
  description: 'Only of WITHHELD',
})
export type Withholding = SameType<WithholdingFacts, ValueOf<typeof WithholdingBody>>

/** The body of every failure, RFC 9457. `BUG` is our own fault and comes without a word about it. */
export const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; what a program should look at' }),
    detail: Type.String(),
    retryAfter: Type.Optional(
      Type.Integer({
        description:
          'When it can be tried again, in seconds, where that is known; Retry-After says the same',
      }),
    ),
    cause: Type.Optional(
      Type.String({ description: 'Only of DISK_FULL: the name of an errno, ENOSPC say' }),
    ),
    withholding: Type.Optional(WithholdingBody),
  },
  { title: 'Problem' },
)
export type Problem = ValueOf<typeof ProblemBody>

/** One of several signatures on a document that was not taken while others were. */
export const RefusalBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    keyId: nullable(
      Type.String({ description: 'Who claims to have made it; null where that cannot be read' }),
    ),
  },
  {
    title: 'Refusal',
    description: 'One of several signatures that was not taken while others were',
  },
)
