import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { type Corpus, openCorpus } from '../../scripts/bench/corpus.ts'
import { makeCheapSigners } from '../../scripts/bench/signer.ts'
import { type Mesh, type MeshNode, openMesh } from '../../scripts/mesh/mesh.ts'
import { whyNoNamespaces } from '../../scripts/mesh/namespaces.ts'
import { everywhere, neighbours, take, within } from '../../scripts/mesh/questions.ts'
import { build } from './program.ts'

/** Why nobody can fall silent here, in a sentence; `undefined`: machines can be cut off. */
export const whyNoSilence = whyNoNamespaces()

/** What a mesh may take for anything, in milliseconds, where the issue names no time. */
export const PATIENCE = 60_000

/** Of a test with so many nodes, on a machine where others work too, in milliseconds. */
export const LIMIT = 400_000

export interface TestMesh extends Mesh {
  /** What one of them takes now comes to all others; each time another certification. @returns milliseconds until the last had it */
  readonly isEverywhere: (
    from: MeshNode,
    others: readonly MeshNode[],
    patience?: number,
  ) => Promise<number>
}

/** Machines without nodes on them, until the test has finished, whatever becomes of it. */
export async function openTestMesh(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  settings: { readonly count: number; readonly withWorld?: boolean },
): Promise<TestMesh> {
  build()
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const mesh = await openMesh({ ...settings, folder })
  onTestFinished(mesh.close)
  const corpus: Corpus = await openCorpus(await makeCheapSigners(2))
  let taken = 0
  return {
    ...mesh,
    async isEverywhere(from, others, patience = PATIENCE) {
      const [made] = await corpus.makeOf('debian', { from: taken, count: 1 })
      if (made === undefined) throw new Error('nothing was made')
      taken += 1
      return Math.max(...(await everywhere(others, await take(from, made), patience)))
    },
  }
}

/** Peer ids of all with whom that node is connected. */
export const peersOf = async (node: MeshNode): Promise<readonly string[]> =>
  (await neighbours(node)).map(({ peerId }) => peerId)

/** Waits until it is so for each of them. @returns milliseconds */
export const eachWithin = (
  patience: number,
  [what, nodes]: readonly [what: string, nodes: readonly MeshNode[]],
  isSo: (node: MeshNode) => Promise<boolean>,
): Promise<number> =>
  within(patience, what, async () => (await Promise.all(nodes.map(isSo))).every(Boolean))
