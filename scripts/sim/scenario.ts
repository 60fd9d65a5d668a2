import { generateKeyPair } from '@libp2p/crypto/keys'
import { signPeerRecord } from '../../src/network/exchange/peer-record.ts'
import { largestComponent } from './component.ts'
import { makeEventQueue } from './queue.ts'
import { seededRandom } from './random.ts'
import type { SimNode } from './sim-node.ts'
import { join, leave, makeWorld, type World } from './world.ts'

export interface Scenario {
  readonly name: string
  readonly nodes: number
  /** What part of all nodes is no honest one. */
  readonly attackers: number
  /** What part leaves in an hour; as many come, each of whom was told one node. */
  readonly churn: number
  /** After all have come. */
  readonly hours: number
  readonly seed: number
}

export interface Outcome {
  /** Of the honest nodes, the part that is in the largest component: at the worst minute, and in the middle of all. */
  readonly worst: number
  readonly median: number
  /** Of one node in one hour, on average. */
  readonly bytes: number
  readonly dials: number
  /** Of an honest node at the end, on average: connections with honest ones. */
  readonly links: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.UTC(2026, 0, 1)
/** All come within so long. */
const COMING = 10 * MINUTE
/** Until then nothing is counted: the last of them need time to be told of others. */
const SETTLING = 20 * MINUTE

/** @param onMinute how far it is, from 0 to 1 */
export async function simulate(
  scenario: Scenario,
  onMinute: (part: number) => void,
): Promise<Outcome> {
  const { nodes, attackers, churn, hours, seed } = scenario
  const random = seededRandom(seed)
  const queue = makeEventQueue(START)
  const world = makeWorld({ connections: 6, recordBytes: await recordBytes(), queue, random })
  for (let at = 0; at < nodes; at++)
    queue.add((COMING * at) / nodes, () => come(world, at > 5 && random() < attackers))
  queue.runUntil(START + SETTLING)
  for (const node of world.nodes.values()) node.sent = node.dials = 0
  const gone = { bytes: 0, dials: 0 }
  const changes = Math.round(nodes * churn * hours)
  for (let change = 0; change < changes; change++)
    queue.add(random() * hours * HOUR, () => {
      const one = someOf(honest(world), random)
      if (one === undefined) return
      gone.bytes += one.sent
      gone.dials += one.dials
      leave(world, one)
      come(world, false)
    })
  const parts: number[] = []
  for (let minute = 1; minute <= hours * 60; minute++) {
    queue.runUntil(START + SETTLING + minute * MINUTE)
    const there = honest(world)
    parts.push(largestComponent(there) / there.length)
    onMinute(minute / (hours * 60))
  }
  return { ...partsOf(parts), ...meansOf(honest(world), hours, gone) }
}

const honest = ({ nodes }: World): readonly SimNode[] =>
  [...nodes.values()].filter(({ isAttacker }) => !isAttacker)

const someOf = <T>(items: readonly T[], random: () => number): T | undefined =>
  items[Math.floor(random() * items.length)]

/** Half of all are told one of the oldest five, as the README of a project names nodes; the others whomever a friend runs. */
function come(world: World, isAttacker: boolean): void {
  const { random } = world
  const there = honest(world)
  const one = someOf(random() < 0.5 ? there.slice(0, 5) : there, random)
  join(world, one === undefined ? [] : [one.peerId], isAttacker)
}

const partsOf = (parts: readonly number[]): Pick<Outcome, 'worst' | 'median'> => ({
  worst: Math.min(...parts),
  median: parts.toSorted((one, other) => one - other)[Math.floor(parts.length / 2)] ?? 0,
})

function meansOf(
  there: readonly SimNode[],
  hours: number,
  gone: { readonly bytes: number; readonly dials: number },
): Pick<Outcome, 'bytes' | 'dials' | 'links'> {
  const sum = (of: (node: SimNode) => number): number =>
    there.reduce((all, one) => all + of(one), 0)
  const ids = new Set(there.map(({ peerId }) => peerId))
  const linksOf = ({ links }: SimNode): number =>
    [...links.keys()].filter((peerId) => ids.has(peerId)).length
  return {
    bytes: (sum(({ sent }) => sent) + gone.bytes) / (there.length * hours),
    dials: (sum(({ dials }) => dials) + gone.dials) / (there.length * hours),
    links: sum(linksOf) / there.length,
  }
}

/** Of a record with one address, and what its frame adds to it: three bytes of CBOR. */
async function recordBytes(): Promise<number> {
  const key = await generateKeyPair('Ed25519')
  const said = { addresses: ['/ip4/45.33.32.156/tcp/8001'], time: START }
  return (await signPeerRecord(said, key)).bytes.length + 3
}
