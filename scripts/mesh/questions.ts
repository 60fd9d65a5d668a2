/* What nodes of a mesh are asked: who is connected, and who has what one took. */
import type { PeerStatus } from '../../src/contract/peer-status.ts'
import type { Made } from '../bench/corpus.ts'
import type { MeshNode } from './mesh.ts'

/** Milliseconds between two questions: whoever asks without a pause takes the processor from those who copy. */
const PAUSE = 100

/** Peers with which that node is connected now. */
export async function neighbours({ process: { url } }: MeshNode): Promise<readonly PeerStatus[]> {
  const answer = await fetch(`${url}/peers`, { headers: { accept: 'application/json' } })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own API's shape
  return ((await answer.json()) as readonly PeerStatus[]).filter(({ connected }) => connected)
}

export const isConnected = async (node: MeshNode, to: MeshNode): Promise<boolean> =>
  (await neighbours(node)).some(({ peerId }) => peerId === to.peerId)

/** Submits it there, with its key. @returns its id. @throws Error if it was not taken */
export async function take({ process: { url } }: MeshNode, made: Made): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(made.bytes)]), 'file')
  if (made.signature !== undefined)
    form.append('signature', new Blob([new Uint8Array(made.signature)]), 'signature')
  form.append('key', new Blob([made.signer.publicKey]), 'key')
  const answer = await fetch(`${url}/${made.collection}`, { method: 'POST', body: form })
  const text = await answer.text()
  const id = /"id":"([0-9a-f]{64})"/.exec(text)?.[1]
  if (id === undefined) throw new Error(`it was not taken: ${answer.status} ${text}`)
  return id
}

export async function has({ process: { url } }: MeshNode, id: string): Promise<boolean> {
  const answer = await fetch(`${url}/certifications/${id}.json`)
  await answer.arrayBuffer()
  return answer.status === 200
}

/** Waits until it is so. @returns milliseconds. @throws Error with `what` if it is not so within `patience` milliseconds */
export async function within(
  patience: number,
  what: string,
  isSo: () => Promise<boolean>,
): Promise<number> {
  const from = performance.now()
  while (!(await isSo())) {
    if (performance.now() - from > patience)
      throw new Error(`${what}: not within ${patience / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
  return performance.now() - from
}

/** Waits until all of them have it. @returns milliseconds of each */
export function everywhere(
  nodes: readonly MeshNode[],
  id: string,
  patience: number,
): Promise<readonly number[]> {
  return Promise.all(
    nodes.map((node) => within(patience, `node ${node.at} has ${id}`, () => has(node, id))),
  )
}
