import * as Type from 'typebox'
import type { ValueOf } from './schema.ts'

/** Certifications over time, as bars of equal length of time that follow each other without a gap. */
export const ActivityBody = Type.Object(
  {
    per: Type.Enum(['month', 'year']),
    bars: Type.Array(
      Type.Object(
        {
          period: Type.String({ description: '2026-11, or 2026' }),
          certifications: Type.Integer(),
        },
        { title: 'ActivityBar' },
      ),
      {
        description:
          'By the time of signing, in UTC, oldest first, the last is now, without gaps. Empty if none was signed in the past',
      },
    ),
    earlier: Type.Integer({
      description: 'Signed before the first bar: few, or long before the others',
    }),
    future: Type.Integer({ description: 'Dated in the future' }),
    counted: Type.Integer({ description: 'The newest that were looked at' }),
  },
  { title: 'Activity' },
)
export type Activity = ValueOf<typeof ActivityBody>
