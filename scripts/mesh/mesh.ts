/*
 * Real nodes that are peers, each on a machine of its own where the system lets this process make some (namespaces.ts), else on
 * loopback. They die, fall silent, lose each other, and come back at the same addresses.
 */
import { join } from 'node:path'
import { controlRequest } from '../../src/client/control-door.ts'
import type { PeersKnown } from '../../src/contract/control.ts'
import { type NodeProcess, startNode } from '../bench/node-process.ts'
import { type Namespaces, openNamespaces, whyNoNamespaces } from './namespaces.ts'

export interface MeshNode {
  readonly at: number
  readonly data: string
  readonly process: NodeProcess
  readonly peerId: string
  /** Of its HTTP API, as other machines reach it. */
  readonly url: string
  /** All that it knows of peers, asked as its operator does. */
  readonly known: () => Promise<PeersKnown['peers']>
}

export interface Mesh {
  /** `undefined`: the nodes stand on loopback, where nobody can fall silent. */
  readonly namespaces: Namespaces | undefined
  /**
   * Starts the node of that machine: a new one, or the one that has ended there, at its address and with its data.
   * @param flags those of its command line, but for addresses and folders; those of its last start if absent
   */
  readonly start: (at: number, flags?: readonly string[]) => Promise<MeshNode>
  /** Ends all nodes that run, and takes away their machines; the folder is the caller's. */
  readonly close: () => Promise<void>
}

export interface MeshSettings {
  /** Of the machines. */
  readonly count: number
  /** For the data of the nodes. */
  readonly folder: string
  /** See {@link openNamespaces}. */
  readonly withWorld?: boolean
}

const P2P_PORT = 8001
const HTTP_PORT = 8000

/** Machines without nodes on them. Whoever opens it closes it. */
export async function openMesh({ count, folder, withWorld }: MeshSettings): Promise<Mesh> {
  const isPossible = whyNoNamespaces() === undefined
  const namespaces = isPossible ? await openNamespaces(count, withWorld) : undefined
  const running = new Map<number, Promise<NodeProcess>>()
  const started = new Map<
    number,
    { readonly doors: readonly string[]; readonly flags: readonly string[] }
  >()

  async function start(at: number, more?: readonly string[]): Promise<MeshNode> {
    const data = join(folder, `node-${at}`)
    const machine = namespaces && {
      inside: namespaces.inside(at),
      door: namespaces.doors[at] ?? '',
    }
    const before = started.get(at)
    const flags = more ?? before?.flags ?? []
    const there = ['--verification-threads', '1', ...(before?.doors ?? doorsOf(namespaces, at))]
    const starting = startNode(data, [...there, ...flags], { machine })
    running.set(at, starting)
    const process = await starting
    const { address } = process
    const { port } = new URL(process.url)
    const http = namespaces === undefined ? `127.0.0.1:${port}` : `0.0.0.0:${port}`
    const doors = ['--http', http, '--p2p', address.replace(/\/p2p\/.*$/, '')]
    started.set(at, { doors, flags })
    return {
      at,
      data,
      process,
      peerId: address.split('/p2p/')[1] ?? '',
      url: namespaces === undefined ? process.url : `http://${namespaces.addresses[at]}:${port}`,
      known: () => known(data),
    }
  }

  return {
    namespaces,
    start,
    async close() {
      await Promise.all(
        Array.from(running.values(), async (starting) => {
          // one that did not start has ended
          const process = await starting.catch(() => undefined)
          await process?.kill()
        }),
      )
      await namespaces?.close()
    },
  }
}

/** Flags of a node that was never started. On loopback any port is its own. */
function doorsOf(namespaces: Namespaces | undefined, at: number): readonly string[] {
  const p2p =
    namespaces === undefined
      ? '/ip4/127.0.0.1/tcp/0'
      : `/ip4/${namespaces.addresses[at]}/tcp/${P2P_PORT}`
  const http = namespaces === undefined ? '127.0.0.1:0' : `0.0.0.0:${HTTP_PORT}`
  return ['--http', http, '--p2p', p2p]
}

async function known(data: string): Promise<PeersKnown['peers']> {
  const answer = await controlRequest(data, { method: 'GET', path: '/peers/known' })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own node's shape
  return (answer as PeersKnown).peers
}
