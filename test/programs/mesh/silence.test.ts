// Nodes that nobody reaches any more, and whose connections nobody has closed: a cable is cut, a power supply dies.
import { describe, expect, test } from 'vitest'
import type { MeshNode } from '../../../scripts/mesh/mesh.ts'
import { openStar } from '../../../scripts/mesh/star.ts'
import {
  eachWithin,
  LIMIT,
  openTestMesh,
  PATIENCE,
  peersOf,
  type TestMesh,
  whyNoSilence,
} from '../../support/mesh.ts'

/** Within which a node notices that somebody has fallen silent, in milliseconds. */
const NOTICED = 45_000
/** Within which two halves of a mesh name each other again, in milliseconds. */
const HEALED = 60_000

const placesOf = (nodes: readonly MeshNode[]): readonly number[] => nodes.map(({ at }) => at)
const isConnectedWith =
  (wanted: boolean, others: readonly MeshNode[]) =>
  async (node: MeshNode): Promise<boolean> => {
    const peers = await peersOf(node)
    return others.some(({ peerId }) => peers.includes(peerId)) === wanted
  }

/** Nodes of which each was told the address of the one before it, and the first that of the last. */
async function openRing(mesh: TestMesh, size: number, flags: readonly string[]) {
  const nodes: MeshNode[] = []
  for (let at = 0; at < size; at += 1)
    nodes.push(
      await mesh.start(at, [...flags, ...nodes.slice(-1).flatMap(({ url }) => ['--peer', url])]),
    )
  await nodes[0]!.process.kill()
  nodes[0] = await mesh.start(0, [...flags, '--peer', nodes.at(-1)!.url])
  return nodes
}

describe.skipIf(whyNoSilence !== undefined)(
  `where nobody says that he goes (${whyNoSilence ?? 'in network namespaces'})`,
  { concurrent: true, timeout: LIMIT },
  () => {
    test('seven nodes that are connected with a hub alone notice that it has fallen silent, and go on as one', async (context) => {
      const mesh = await openTestMesh(context, { count: 7 })
      const { hub, leaves } = await openStar(mesh, 7, true)
      const [first, ...others] = leaves
      await mesh.isEverywhere(first!, [hub, ...others])
      mesh.namespaces?.cut([hub.at], placesOf(leaves))
      const [noticed] = await Promise.all([
        eachWithin(PATIENCE, ['it is gone', leaves], isConnectedWith(false, [hub])),
        mesh.isEverywhere(first!, others, HEALED),
      ])
      expect(noticed).toBeLessThan(NOTICED)
    })

    test('a ring of four that is cut in two places stays one', async (context) => {
      const mesh = await openTestMesh(context, { count: 4 })
      // each is connected with his neighbours in the ring, and the one opposite
      const nodes = await openRing(mesh, 4, ['--connections', '3'])
      await eachWithin(PATIENCE, ['it is connected', nodes], async (node) => {
        return (await peersOf(node)).length >= 3
      })
      await mesh.isEverywhere(nodes[0]!, nodes.slice(1))
      mesh.namespaces?.cut([3], [0])
      mesh.namespaces?.cut([1], [2])
      for (const at of [0, 2])
        await mesh.isEverywhere(
          nodes[at]!,
          nodes.filter((node) => node.at !== at),
          HEALED,
        )
    })

    test('both halves of a parted network name each other again when it is healed, though none was told of the other half', async (context) => {
      const mesh = await openTestMesh(context, { count: 5 })
      // each half was told of the hub, and of nobody else; the hub dies for good
      const { hub, leaves } = await openStar(mesh, 5, false)
      await mesh.isEverywhere(hub, leaves)
      await hub.process.kill()
      const [left, right] = [leaves.slice(0, 2), leaves.slice(2)]
      mesh.namespaces?.cut(placesOf(left), placesOf(right))
      await Promise.all([
        eachWithin(NOTICED, ['the right is gone', left], isConnectedWith(false, right)),
        eachWithin(NOTICED, ['the left is gone', right], isConnectedWith(false, left)),
      ])
      await mesh.isEverywhere(left[0]!, left.slice(1))
      await mesh.isEverywhere(right[0]!, right.slice(1))
      mesh.namespaces?.heal(placesOf(left), placesOf(right))
      const began = performance.now()
      await eachWithin(HEALED, ['it has somebody of the right', left], isConnectedWith(true, right))
      await mesh.isEverywhere(left[1]!, right, HEALED)
      await mesh.isEverywhere(right[1]!, left, HEALED)
      expect(performance.now() - began).toBeLessThan(HEALED)
    })
  },
)
