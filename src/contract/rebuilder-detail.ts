import * as Type from 'typebox'
import { ActivityBody } from './activity.ts'
import { SummariesBody } from './certification.ts'
import { RebuilderComparisonBody } from './rebuilder-comparison.ts'
import { rebuilder } from './rebuilder-summary.ts'
import { Moment, nullable, type ValueOf } from './schema.ts'

const KeyPartBody = Type.Object(
  {
    fingerprint: Type.String(),
    primary: Type.Boolean(),
    algorithm: Type.String({ description: 'In words' }),
    createdAt: nullable(Moment),
    expiresAt: nullable(Moment),
    expired: Type.Boolean(),
    revoked: nullable(
      Type.Object(
        {
          kind: Type.Enum(['hard', 'soft'], {
            description: 'hard: it voids whatever it signed; soft: retired',
          }),
          at: nullable(Moment),
        },
        { title: 'Revoked' },
      ),
    ),
    maySign: Type.Boolean({ description: 'Its owner made it to sign data' }),
  },
  { title: 'RebuilderKeyPart' },
)
export type RebuilderKeyPart = ValueOf<typeof KeyPartBody>

const KeyBody = Type.Object(
  {
    kind: Type.Enum(['openpgp', 'in-toto']),
    parts: Type.Array(KeyPartBody, {
      description: 'The primary key, and the subkeys that agreed to sign for it; at most 32',
    }),
    designatedRevokers: Type.Array(Type.String(), {
      description: 'Keys that may revoke it; such revocations are not followed',
    }),
  },
  { title: 'RebuilderKey', description: 'null where this node does not have it any more' },
)
export type RebuilderKey = ValueOf<typeof KeyBody>

/** What is known of one rebuilder. */
export const RebuilderDetailBody = Type.Object(
  {
    ...rebuilder,
    key: nullable(KeyBody),
    activity: ActivityBody,
    measured: RebuilderComparisonBody,
    newest: {
      ...SummariesBody,
      description:
        'By the time of signing, newest first, at most 50; what is dated in the future stands last',
    },
  },
  { title: 'RebuilderDetail' },
)
export type RebuilderDetail = ValueOf<typeof RebuilderDetailBody>
