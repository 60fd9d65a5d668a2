import * as Type from 'typebox'
import { nullable, Strings, type ValueOf } from './schema.ts'

/** Of artifacts that another one certified too, in all versions. */
const RateBody = Type.Object(
  {
    compared: Type.Integer({ description: 'Artifacts that somebody else of these certified too' }),
    agreeing: Type.Integer({
      description:
        'Of these: another one gave the same checksum, and more did so than gave any other',
    }),
  },
  { title: 'Rate' },
)
export type Rate = ValueOf<typeof RateBody>

/** Who has certified, and how it stands to others. */
export const rebuilder = {
  fingerprint: Type.String(),
  userIds: Strings,
  certifications: Type.Integer(),
  agreement: Type.Object(
    {
      named: {
        ...nullable(RateBody),
        description: 'By operators that this node names, see /policy; null: nothing to compare',
      },
      others: { ...nullable(RateBody), description: 'By all other rebuilders' },
    },
    {
      title: 'Rates',
      description:
        'In all versions; of each rebuilder the newest 64 certifications of a version are compared',
    },
  ),
}
const RebuilderBody = Type.Object(rebuilder, { title: 'RebuilderSummary' })
export type RebuilderSummary = ValueOf<typeof RebuilderBody>
export const RebuildersBody = Type.Array(RebuilderBody, { title: 'Rebuilders' })
