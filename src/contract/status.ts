import { ScopeBody } from './scope.ts'
import * as Type from 'typebox'
import { NodeCopiesBody } from './copies.ts'
import { FOLLOW_POLICIES } from './following.ts'
import { Key, Moment, nullable, Strings, type ValueOf } from './schema.ts'

const SkippedBody = Type.Object(
  {
    announcements: Type.Integer({ description: 'Of a later version, or of a feed of a later one' }),
    frames: Type.Integer({ description: 'Of the catalog, of a later version or kind' }),
    offers: Type.Integer({ description: 'In the catalog, of feeds of a later version' }),
    fields: Type.Integer({ description: 'Arrays with more fields than are known' }),
    evidence: Type.Integer({ description: 'Of a later version or kind' }),
  },
  {
    title: 'SkippedCounts',
    description: 'What peers have said since the start that only a later version knows',
  },
)

const refusals = (description: string) => Type.Integer({ description })

const PushesBody = Type.Object(
  {
    sent: Type.Integer(),
    taken: Type.Integer({ description: 'They became part of their feed' }),
    refused: Type.Object(
      {
        crowded: refusals('Peers had pushed too much within a second'),
        'too-much': refusals('One peer had pushed more than any honest one does; a fault'),
        'too-large': refusals('They had more octets than a push may have; a fault'),
        malformed: refusals('They were no pairs; a fault'),
        later: refusals('Of a later version'),
        'not-followed': refusals('Of a feed that is not followed here'),
        late: refusals('The feed had another length than they begin at'),
        withheld: refusals('Of what is withheld here'),
        unreadable: refusals('Their writer may have signed them, and nobody can read them'),
        'not-kept': Type.Optional(
          refusals('This node does not keep all of it; what it keeps is asked for'),
        ),
        full: refusals('No quota, or not the disk, had room for them'),
        unsigned: refusals('The writer of the feed did not sign them; a fault'),
        unwritten: refusals('The disk did not take them'),
      },
      { title: 'PushRefusals', description: 'By the reason, as the protocol names it' },
    ),
  },
  {
    title: 'PushCounts',
    description:
      'Messages with new blocks that went to peers, and came from them, unasked, since the start',
  },
)

/** What a node says of itself wherever it does. */
export const own = {
  version: Type.String(),
  peerId: Type.String(),
  name: nullable(Type.String({ description: 'What it calls itself, for people' })),
  startedAt: Moment,
  readOnly: Type.Boolean({ description: 'Its operator wants it to take nothing' }),
  follow: Type.Enum([...FOLLOW_POLICIES]),
  ready: Type.Boolean({
    description: 'Has it all that its reachable configured peers have, and is that in the indexes?',
  }),
  isolated: Type.Boolean({
    description: 'It has peers, and has been connected with none of them for a minute',
  }),
  addresses: Type.Array(Type.String({ description: 'Multiaddr by which other nodes reach it' })),
  advice: {
    ...Strings,
    description: 'What this node would like its operator to know: how to add a peer, say',
  },
  skipped: SkippedBody,
}

export const StatusBody = Type.Object(
  {
    ...own,
    collections: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          dialect: Type.String(),
          admit: Type.String(),
          certifications: Type.Integer(),
          feed: nullable(Type.String()),
          length: Type.Integer(),
          followed: Type.Integer(),
        },
        { title: 'CollectionStatus' },
      ),
    ),
    keys: Type.Integer(),
    rebuilders: Type.Integer(),
    waiting: Type.Object(
      { items: Type.Integer(), bytes: Type.Integer() },
      { title: 'WaitingRoomStatus' },
    ),
    peers: Type.Integer({ description: 'Connected ones' }),
    unanswered: Type.Optional(
      Type.Array(
        Type.Object(
          {
            url: Type.String(),
            failure: nullable(
              Type.String({ description: 'Why, in a sentence; null before it was asked' }),
            ),
          },
          { title: 'UnansweredPeer' },
        ),
        {
          description:
            'Configured peers of whom nobody knows who they are: no node answers at their URL',
        },
      ),
    ),
    pushes: Type.Optional(PushesBody),
    absentVouchers: Type.Optional(
      Type.Array(
        Type.Object(
          {
            peerId: Type.String(),
            until: Moment,
            count: Type.Integer({ description: 'Feeds that are copied on its word' }),
            feeds: Type.Array(Key, { description: 'The first 100 of them' }),
          },
          { title: 'AbsentVoucher' },
        ),
        {
          description:
            'Configured peers that are not connected, on whose word feeds are copied until then: 30 days after they were connected last',
        },
      ),
    ),
    writable: Type.Boolean({ description: 'It takes submissions now' }),
    disk: nullable(
      Type.Object(
        { cause: Type.String(), reason: Type.String(), since: Moment },
        {
          title: 'DiskTrouble',
          description: 'Why its disk takes nothing: the name of an errno, and a sentence',
        },
      ),
    ),
    scope: Type.Optional(ScopeBody),
    copies: Type.Optional(NodeCopiesBody),
    blocks: Type.Object(
      {
        known: Type.Integer(),
        here: Type.Integer(),
        indexed: Type.Integer(),
        leftOut: Type.Optional(
          Type.Integer({ description: 'Data blocks that lie outside the scope: they are no lack' }),
        ),
      },
      { title: 'BlockCounts', description: 'Of all feeds together' },
    ),
  },
  { title: 'Status' },
)
export type Status = ValueOf<typeof StatusBody>

export const ReadyBody = Type.Object(
  {
    ready: Type.Boolean({ description: 'It has caught up' }),
    writable: Type.Boolean({ description: 'It takes submissions now' }),
    isolated: own.isolated,
  },
  { title: 'Ready' },
)
export type Ready = ValueOf<typeof ReadyBody>

export const HomeBody = Type.Object(
  {
    collections: Type.Array(
      Type.Object(
        { name: Type.String(), dialect: Type.String(), url: Type.String() },
        { title: 'CollectionLink' },
      ),
    ),
    certifications: Type.String(),
    rebuilders: Type.String(),
    status: Type.String(),
    openapi: Type.String(),
  },
  { title: 'Home', description: 'Where everything is' },
)
export type Home = ValueOf<typeof HomeBody>
