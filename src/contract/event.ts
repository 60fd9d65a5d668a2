/* What a node tells of what it came to know, to pages and scripts that listen. */
import * as Type from 'typebox'
import { SummaryBody } from './certification.ts'
import { withholding } from './problem.ts'
import { Id, Key, nullable, type ValueOf } from './schema.ts'

const compared = {
  collection: Type.String(),
  path: Type.String({ description: 'Segments joined by /, not encoded' }),
}
const ComparedPathBody = Type.Object(compared)
/** A path below which the agreement has changed: `GET /agreement/{collection}/{path}`. */
export type ComparedPath = ValueOf<typeof ComparedPathBody>

const { id, reason, code, at } = withholding

/** `kind` travels as the event's name, the rest as its data. */
export const EventBody = Type.Union(
  [
    Type.Object(
      { kind: Type.Literal('cursor') },
      { title: 'CursorEvent', description: 'Comes first: where the stream begins' },
    ),
    Type.Object(
      { kind: Type.Literal('certification'), certification: SummaryBody },
      {
        title: 'CertificationEvent',
        description: 'New here, or what is said of its signature has changed',
      },
    ),
    Type.Object(
      { kind: Type.Literal('agreement'), ...compared },
      { title: 'AgreementEvent', description: 'Below that path it has changed' },
    ),
    Type.Object(
      { kind: Type.Literal('rejection'), id: Id },
      {
        title: 'RejectionEvent',
        description: 'It stood here, and its key has come, which did not sign it',
      },
    ),
    Type.Object(
      { kind: Type.Literal('withholding'), id, reason, code, at },
      { title: 'WithholdingEvent', description: 'Not answered any more' },
    ),
    Type.Object(
      { kind: Type.Literal('restoration'), id: Id },
      {
        title: 'RestorationEvent',
        description: 'Withheld no longer; a certification follows as soon as its bytes are here',
      },
    ),
    Type.Object(
      { kind: Type.Literal('evidence'), feed: Key, evidence: Type.String() },
      { title: 'EvidenceEvent', description: 'The writer of a feed has told two stories' },
    ),
    Type.Object(
      {
        kind: Type.Literal('peers'),
        peers: Type.Array(
          Type.Object(
            {
              peerId: Type.String(),
              direction: nullable(Type.Enum(['inbound', 'outbound'])),
              configured: Type.Boolean(),
            },
            { title: 'ConnectedPeer' },
          ),
        ),
        isolated: Type.Boolean({
          description: 'It has peers, and has been connected with none of them for a minute',
        }),
        fewCopies: Type.Boolean({
          description: 'Fewer other nodes have what this one has than its operator wants',
        }),
      },
      {
        title: 'PeersEvent',
        description:
          'Who is connected now; told again when others have more or less of what this node writes',
      },
    ),
  ],
  { title: 'Event' },
)
export type NodeEvent = ValueOf<typeof EventBody>

export interface SentEvent {
  readonly event: NodeEvent
  /** Behind which to go on; absent if more comes that belongs to it, or if it is of this moment only. */
  readonly cursor?: string
}

export interface Events {
  /** Behind everything that has been told until now. */
  readonly cursor: () => string
  /**
   * Everything behind `after`, then what comes, until `signal` is aborted. From a cursor of other indexes (they were
   * built again since) it begins with the first: an event can come twice, none is left out.
   * @param after a cursor, or `''` for the first; from now on if absent
   * @throws MalformedError QUERY_INVALID if it is no cursor
   */
  readonly events: (after: string | undefined, signal: AbortSignal) => AsyncGenerator<SentEvent>
}
