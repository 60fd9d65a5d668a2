/* How feeds are, as the doors show it. Times are ISO 8601 in UTC, lengths in blocks. */
import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import { FeedCopiesBody, FeedCopiesDetailBody } from './copies.ts'
import type { EvidenceStatus as FoundEvidence, HeardHead as Heard, Voucher } from './following.ts'
import { EVIDENCE_KINDS, FOLLOW_REASONS, FOLLOW_STATES } from './following.ts'
import { Key, Moment, nullable, type ValueOf } from './schema.ts'
import { HeadBody } from './submission.ts'

const EvidenceBody = Type.Object(
  {
    kind: Type.Enum([...EVIDENCE_KINDS]),
    heads: Type.Array(HeadBody, { description: 'One or two' }),
    foundAt: Moment,
    peerId: Type.String({ description: 'Who told it' }),
  },
  { title: 'Evidence', description: 'Proves that its writer has told two stories' },
)
export type EvidenceStatus = ValueOf<typeof EvidenceBody>

/** What is known of a feed wherever one is shown. */
export const known = {
  key: Key,
  collection: Type.String(),
  owner: nullable(Type.String({ description: 'Peer id' })),
  previous: nullable(Type.String({ description: 'The feed that this one replaces' })),
  why: Type.Enum([...FOLLOW_REASONS]),
  state: Type.Enum([...FOLLOW_STATES]),
  reason: nullable(Type.String({ description: 'In a sentence' })),
  length: Type.Integer({ description: 'In blocks, by the head that is here' }),
  known: Type.Integer({ description: 'The longest head that anybody said' }),
  downloaded: Type.Integer({ description: 'Blocks that are here' }),
  leftOut: Type.Optional(
    Type.Integer({ description: 'Data blocks that lie outside the scope of this node: no lack' }),
  ),
  indexed: Type.Integer({ description: 'Blocks that are in the indexes' }),
  evidence: Type.Array(EvidenceBody),
}
const feed = {
  ...known,
  vouchedBy: Type.Optional(
    nullable(
      Type.Object(
        {
          peerId: Type.String(),
          until: nullable(
            Type.String({
              description:
                'When its word stands no more unless it comes back, ISO 8601; null while it is connected',
            }),
          ),
        },
        {
          title: 'Voucher',
          description: 'The configured peer on whose word it is copied; null unless why is vouched',
        },
      ),
    ),
  ),
  bytes: Type.Integer({ description: 'Of all blocks below the head that is here' }),
  holes: Type.Integer({
    description:
      'Data blocks that are not here, though later ones are: withheld, or not to be had yet; counted up to 1,000',
  }),
  rejected: Type.Integer({ description: 'Entries of no use, counted up to 1,000' }),
  witnesses: Type.Integer({ description: 'Peers whose heads of it are known' }),
  copies: Type.Optional(FeedCopiesBody),
  freshness: Type.Optional(
    nullable(
      Type.String({
        description:
          'When its owner last said that it has this feed, by its own clock, ISO 8601; null if it has not for 30 days',
      }),
    ),
  ),
}

/** A feed of this node's or of another, and how far this node has it. */
const FeedBody = Type.Object(feed, { title: 'FeedStatus' })
export type FeedStatus = ValueOf<typeof FeedBody>
export const FeedsBody = Type.Array(FeedBody, { title: 'Feeds' })

const HeardHeadBody = Type.Object(
  { ...HeadBody.properties, peerId: Type.String(), heardAt: Moment },
  { title: 'HeardHead' },
)
export type HeardHead = ValueOf<typeof HeardHeadBody>

const HaveBody = Type.Object(
  {
    peerId: Type.String(),
    thisNode: Type.Boolean({ description: 'This node says it itself' }),
    length: Type.Integer({ description: 'In blocks' }),
    lacking: Type.Integer({ description: 'Blocks below that length that it has not' }),
    time: Type.String({ description: 'By the clock of who says it, ISO 8601' }),
  },
  { title: 'HaveStatement', description: 'Signed by that peer, which proves nothing else' },
)

/** One with all that is known of it. */
export const FeedDetailBody = Type.Object(
  {
    ...feed,
    copies: Type.Optional(FeedCopiesDetailBody),
    heads: Type.Array(HeardHeadBody, { description: 'The newest of each peer that said one' }),
    statements: Type.Optional(
      Type.Array(HaveBody, { description: 'What peers say that they have of it, newest first' }),
    ),
    missing: Type.Array(
      Type.Object(
        {
          sequence: Type.Integer(),
          names: Type.Array(Type.Object({ kind: Type.String(), id: Key }, { title: 'EntryName' }), {
            description: 'What stood there, by the index block, if that is here',
          }),
        },
        { title: 'MissingBlock' },
      ),
      { description: 'The first 1,000' },
    ),
    refusals: Type.Array(
      Type.Object(
        { sequence: Type.Integer(), position: Type.Integer(), code: Type.String() },
        { title: 'RejectedEntry' },
      ),
      { description: 'The first 1,000' },
    ),
  },
  { title: 'FeedDetail' },
)
export type FeedDetail = ValueOf<typeof FeedDetailBody>

export const evidenceStatus = (evidence: FoundEvidence): EvidenceStatus => ({
  ...evidence,
  foundAt: isoTime(evidence.foundAt),
})

export const voucherStatus = (
  voucher: Voucher | null,
): NonNullable<FeedStatus['vouchedBy']> | null =>
  voucher && { ...voucher, until: voucher.until === null ? null : isoTime(voucher.until) }

export const heardHead = (head: Heard): HeardHead => ({ ...head, heardAt: isoTime(head.heardAt) })
