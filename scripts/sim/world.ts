/*
 * Many nodes in one process that find each other as ours do: what is told, remembered and dialled is decided by the very code of
 * src/network/exchange. Only wires, clocks and signatures are left out: a connection is there at once or not at all, a record is
 * believed to be signed by whom it names, neighbours tell each other what is new once in a minute, and a node that lacks nobody
 * looks again when it is its turn to seek instead of each second.
 */
import { RENEWED } from '../../src/network/exchange/own-addresses.ts'
import { keepLooking, keepNamed } from './dial.ts'
import type { EventQueue } from './queue.ts'
import { makeNode, placeOf, recordOf, type SimNode } from './sim-node.ts'
import { tell } from './tell.ts'

export interface WorldSettings {
  /** Connections that a node keeps. */
  readonly connections: number
  /** Bytes of one record on the wire, with its frame. */
  readonly recordBytes: number
  readonly queue: EventQueue
  /** From 0 up to 1. */
  readonly random: () => number
}

export interface World extends WorldSettings {
  /** Those that are there, by their peer ids. */
  readonly nodes: Map<string, SimNode>
  /** Another one each time. */
  readonly nextNumber: () => number
}

/** How often neighbours tell each other what is new, in milliseconds. */
const TELL = 60_000

export function makeWorld(settings: WorldSettings): World {
  let made = 0
  return { ...settings, nodes: new Map(), nextNumber: () => made++ }
}

/** A node comes. @param named peer ids of nodes that are there */
export function join(world: World, named: readonly string[], isAttacker: boolean): SimNode {
  const { queue, random, nodes } = world
  const place = placeOf(world.nextNumber(), random)
  const node = makeNode(place, { named, isAttacker }, queue.now)
  nodes.set(node.peerId, node)
  for (const peerId of named) keepNamed(world, node, { peerId })
  keepLooking(world, node)
  keepTelling(world, node)
  keepSigning(world, node)
  return node
}

/** It is gone at once, as by kill -9. */
export function leave({ nodes, queue }: World, node: SimNode): void {
  node.isHere = false
  nodes.delete(node.peerId)
  for (const peerId of node.links.keys()) {
    const other = nodes.get(peerId)
    if (other === undefined) continue
    other.links.delete(node.peerId)
    other.known.met(node.peerId)
    if (other.links.size === 0) other.pace.hurry(queue.now())
  }
}

function keepTelling(world: World, node: SimNode): void {
  world.queue.add(TELL * (0.5 + world.random()), () => {
    if (!node.isHere) return
    for (const peerId of node.links.keys()) {
      const other = world.nodes.get(peerId)
      if (other !== undefined) tell(world, node, other)
    }
    keepTelling(world, node)
  })
}

function keepSigning(world: World, node: SimNode): void {
  world.queue.add(RENEWED, () => {
    if (!node.isHere) return
    node.record = recordOf(node, world.queue.now())
    keepSigning(world, node)
  })
}
