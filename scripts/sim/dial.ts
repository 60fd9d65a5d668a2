import { choosePeers, type Dial, type Link } from '../../src/network/exchange/choose-peers.ts'
import type { SimNode } from './sim-node.ts'
import { tell } from './tell.ts'
import type { World } from './world.ts'

/** Between two looks of a node that has too few connections, in milliseconds; of one that has enough, and only seeks. */
const LOOK = 1_000
const SEEK = 20_000
/** How long it takes until a dial to nobody has failed. */
const PATIENCE = 10_000
/** Seats for those who come by themselves. */
const SEATS = 200
/** How often a node that has lost a named peer dials it, at first and at last. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 300_000

/** Looks whom to dial, again and again. */
export function keepLooking(world: World, node: SimNode, after = world.random() * LOOK): void {
  world.queue.add(after, () => {
    if (node.isHere) keepLooking(world, node, look(world, node) ? LOOK : SEEK)
  })
}

/** Stays connected with a peer that its operator named, as long as that is there. */
export function keepNamed(
  world: World,
  node: SimNode,
  { peerId, pause = FIRST_PAUSE }: { readonly peerId: string; readonly pause?: number },
): void {
  const other = world.nodes.get(peerId)
  if (!node.isHere || other === undefined) return
  if (!node.links.has(peerId)) connect(world, { from: node, to: other, choice: 'named' })
  const next = Math.min(LONGEST_PAUSE, pause * 2)
  world.queue.add(next, () => keepNamed(world, node, { peerId, pause: next }))
}

/** @returns whether too few are connected */
function look(world: World, node: SimNode): boolean {
  const { connections, queue, random } = world
  const links = [...node.links].flatMap(([peerId, choice]) =>
    choice === 'inbound' ? [] : [{ peerId, choice }],
  )
  const now = queue.now()
  const dials = choosePeers({
    known: node.known.all(),
    connections,
    links,
    untried: 0,
    dialling: [],
    isFree: (peerId) =>
      peerId !== node.peerId && !node.links.has(peerId) && !node.named.has(peerId),
    isNamed: (peerId) => node.named.has(peerId),
    pace: node.pace,
    soughtAt: now - SEEK,
    now,
    random,
  })
  for (const one of dials) dial(world, node, one)
  return links.length < connections
}

function dial(world: World, node: SimNode, { peerId, addresses, choice }: Dial): void {
  const { queue, random } = world
  node.dials += 1
  node.pace.dialled(addresses, queue.now())
  const other = world.nodes.get(peerId)
  if (other !== undefined && connect(world, { from: node, to: other, choice })) {
    node.known.reached(peerId, other.address)
    node.pace.answered(peerId)
    return
  }
  queue.add(PATIENCE, () => {
    const how = { metAt: node.known.get(peerId)?.metAt, isAlone: node.links.size === 0 }
    node.pace.failed(peerId, how, { now: queue.now(), random: random() })
  })
}

interface Connecting {
  readonly from: SimNode
  readonly to: SimNode
  readonly choice: Link['choice']
}

/** @returns false: it has no seat there */
function connect(world: World, { from, to, choice }: Connecting): boolean {
  const inbound = [...to.links.values()].filter((one) => one === 'inbound').length
  const isNamed = to.named.has(from.peerId)
  if (inbound >= SEATS && !isNamed) return false
  from.links.set(to.peerId, choice)
  if (!to.links.has(from.peerId)) to.links.set(from.peerId, isNamed ? 'named' : 'inbound')
  from.known.met(to.peerId)
  to.known.met(from.peerId)
  tell(world, to, from)
  tell(world, from, to)
  return true
}
