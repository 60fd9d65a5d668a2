import type { SimNode } from './sim-node.ts'

/** How many of these nodes are connected with each other, at most, by ways that lead over these nodes alone. */
export function largestComponent(nodes: readonly SimNode[]): number {
  const left = new Map(nodes.map((node) => [node.peerId, node]))
  let largest = 0
  for (const start of nodes) {
    if (!left.delete(start.peerId)) continue
    const component = [start]
    for (const node of component)
      for (const peerId of node.links.keys()) {
        const other = left.get(peerId)
        if (other !== undefined && left.delete(peerId)) component.push(other)
      }
    largest = Math.max(largest, component.length)
  }
  return largest
}
