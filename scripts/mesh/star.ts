/* A star: nodes of which each was told one URL, that of the hub. */
import type { Mesh, MeshNode } from './mesh.ts'
import { isConnected, neighbours, within } from './questions.ts'

export interface Star {
  readonly hub: MeshNode
  readonly leaves: readonly MeshNode[]
  /** A leaf keeps no connection but that with the hub; else as many as usual. */
  readonly isBare: boolean
}

const PATIENCE = 300_000
/** Processes that start at once: each takes a second of a processor. */
const AT_ONCE = 4
/** As many as a node keeps if nothing else is said. */
const CONNECTIONS = 6

/** Starts a node on each machine, and waits as {@link untilJoined} does. */
export async function openStar(mesh: Mesh, size: number, isBare: boolean): Promise<Star> {
  const hub = await mesh.start(0)
  const flags = ['--peer', hub.url, ...(isBare ? ['--connections', '1'] : [])]
  const leaves: MeshNode[] = []
  for (let from = 1; from < size; from += AT_ONCE) {
    const places = Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, at) => from + at)
    leaves.push(...(await Promise.all(places.map((at) => mesh.start(at, flags)))))
  }
  const star = { hub, leaves, isBare }
  await untilJoined(star)
  return star
}

/** Each leaf is connected with the hub and with as many as it keeps, and was told of all other leaves. @throws Error if not within five minutes */
export async function untilJoined({ hub, leaves, isBare }: Star): Promise<void> {
  const least = isBare ? 1 : Math.min(CONNECTIONS, leaves.length)
  await within(PATIENCE, 'each leaf has joined', async () => {
    const joined = await Promise.all(
      leaves.map(async (leaf) => {
        const known = await leaf.known()
        const told = known.filter(({ addresses }) => addresses.length > 0)
        const isThere = await isConnected(leaf, hub)
        return isThere && told.length >= leaves.length && (await neighbours(leaf)).length >= least
      }),
    )
    return joined.every(Boolean)
  })
}
