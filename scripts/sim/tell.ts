import type { PeerRecord } from '../../src/network/exchange/peer-record.ts'
import { recordsFor } from '../../src/network/exchange/telling.ts'
import { placeOf, recordOf, type SimNode } from './sim-node.ts'
import type { World } from './world.ts'

/** Records that an attacker makes up for a neighbour, each time that it tells it something. */
const MADE_UP = 62
const REACH = 'public'

/** What one node tells a neighbour of peers: what that lacks; or lies, if it is an attacker. */
export function tell(world: World, teller: SimNode, listener: SimNode): void {
  const records = teller.isAttacker
    ? [teller.record, ...lies(world)]
    : truths(world, teller, listener)
  teller.sent += records.length * world.recordBytes
  const share = teller.address.split('/')[2] ?? teller.address
  for (const record of records)
    if (listener.turns.take(teller.peerId))
      listener.known.take(record, { peerId: teller.peerId, share, reach: REACH })
}

function truths(
  { queue }: World,
  teller: SimNode,
  { peerId: listener, known }: SimNode,
): readonly PeerRecord[] {
  const has = ({ peerId, time }: PeerRecord): boolean =>
    (known.get(peerId)?.records.public?.time ?? -1) >= time
  return recordsFor(
    { peerId: listener, reach: REACH, has },
    {
      own: { all: () => (has(teller.record) ? [] : [teller.record]) },
      known: teller.known,
      peers: { isConnected: (one) => teller.links.has(one) },
    },
    queue.now(),
  )
}

/** Other attackers, and addresses at which nobody is. */
function lies({ nodes, random, queue, nextNumber }: World): readonly PeerRecord[] {
  const others = [...nodes.values()].filter(({ isAttacker }) => isAttacker)
  return Array.from({ length: MADE_UP }, (_, at) => {
    const other = others[Math.floor(random() * others.length)]
    return at % 2 === 0 && other !== undefined
      ? other.record
      : recordOf(placeOf(nextNumber(), random), queue.now())
  })
}
