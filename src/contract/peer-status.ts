import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import type { PeerStatus as Peer } from './following.ts'
import { Moment, nullable, Strings, type ValueOf } from './schema.ts'

export const PeerBody = Type.Object(
  {
    peerId: Type.String(),
    addresses: Strings,
    configured: Type.Boolean({
      description: 'In the config file, by a flag, or by countersign peers add',
    }),
    removable: Type.Boolean({ description: 'By countersign peers add' }),
    connected: Type.Boolean(),
    direction: nullable(
      Type.Enum(['inbound', 'outbound'], {
        description: 'Who dialled; null if it is not connected',
      }),
    ),
    connectedAt: nullable(Moment),
    gossip: Type.Boolean({ description: 'Takes part in gossip' }),
    replicating: Type.Boolean({ description: 'A session that moves blocks is open' }),
    name: nullable(
      Type.String({
        description:
          'What it calls itself, or did when it was connected last, for people: nobody proves it',
      }),
    ),
    publicUrl: nullable(Type.String({ description: 'Of its HTTP API, as it says itself' })),
    readOnly: nullable(Type.Boolean({ description: 'As it says itself' })),
    nextDialAt: nullable(Moment),
    failure: nullable(Type.String({ description: 'Why the last dial failed' })),
    faults: Type.Integer({ description: 'How often it broke a protocol' }),
    received: Type.Integer({ description: 'Bytes' }),
    sent: Type.Integer({ description: 'Bytes' }),
  },
  { title: 'PeerStatus' },
)
export type PeerStatus = ValueOf<typeof PeerBody>
export const PeersBody = Type.Array(PeerBody, { title: 'Peers' })

/** Where somebody dialled from is nobody's business. */
export function peerStatus(peer: Peer): PeerStatus {
  const { addresses, configured, connectedAt, nextDialAt } = peer
  return {
    ...peer,
    addresses: configured ? addresses : [],
    connectedAt: connectedAt === null ? null : isoTime(connectedAt),
    nextDialAt: nextDialAt === null ? null : isoTime(nextDialAt),
  }
}
