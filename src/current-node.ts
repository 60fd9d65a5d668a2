/* One repository over one node after the other. */
import { setTimeout } from 'node:timers/promises'
import type { NodeRepository } from './contract/node-repository.ts'
import type { InnerNode } from './inner-node.ts'

export interface CurrentNode {
  /** Of whichever node there is: a question that comes while there is none waits. */
  readonly repository: NodeRepository
  readonly now: () => InnerNode
  /**
   * Lets nobody in until there is another, and gives those who are in some time to end.
   * @param next closes this one and opens another; if it fails this one stays, closed or not
   */
  readonly replace: (next: (node: InnerNode) => Promise<InnerNode>) => Promise<void>
}

/** So long, in milliseconds, answers that are being made may take before their stores are closed. */
const PATIENCE = 10_000

type Called = (...given: readonly unknown[]) => unknown
/** What is answered without waiting. */
type AtOnce = {
  [N in keyof NodeRepository]: NodeRepository[N] extends (...given: never[]) => Promise<unknown>
    ? never
    : N
}[keyof NodeRepository]

/** Stands for whichever node there is, at first for this one. It closes none: whoever replaces a node closes it. */
export function makeCurrentNode(first: InnerNode): CurrentNode {
  let current = first
  /** Resolves when there is a node again. */
  let turn: Promise<void> | undefined
  let answering = 0
  let onIdle: (() => void) | undefined
  let leaving = new AbortController()
  /** Of nodes before this one. */
  let versions = 0

  async function idle(): Promise<void> {
    if (answering === 0) return
    const gone = new Promise<void>((resolve) => (onIdle = resolve))
    await Promise.race([gone, setTimeout(PATIENCE, undefined, { ref: false })])
    onIdle = undefined
  }

  const pass =
    (name: keyof NodeRepository): Called =>
    async (...given) => {
      for (let next = turn; next !== undefined; next = turn) await next
      answering += 1
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a promise of the interface, called as it was
        return await Reflect.apply(current.repository[name] as Called, undefined, given)
      } finally {
        answering -= 1
        if (answering === 0) onIdle?.()
      }
    }
  const atOnce: Pick<NodeRepository, AtOnce> = {
    get collections() {
      return current.repository.collections
    },
    version: () => versions + current.repository.version(),
    namedOperators: () => current.repository.namedOperators(),
    cursor: () => current.repository.cursor(),
    isolated: () => current.repository.isolated(),
    fewCopies: () => current.repository.fewCopies(),
    scope: () => current.repository.scope(),
    events: (after, signal) =>
      current.repository.events(after, AbortSignal.any([signal, leaving.signal])),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the interface is one of its own names
  const names = Object.keys(current.repository) as (keyof NodeRepository)[]
  const passed = Object.fromEntries(names.map((name) => [name, pass(name)]))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name passes on what the interface says
  const repository = Object.defineProperties(
    passed,
    Object.getOwnPropertyDescriptors(atOnce),
  ) as unknown as NodeRepository

  return {
    repository,
    now: () => current,
    replace: async (next) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      turn = promise
      try {
        leaving.abort()
        await idle()
        versions += current.repository.version() + 1
        current = await next(current)
        leaving = new AbortController()
      } finally {
        turn = undefined
        resolve()
      }
    },
  }
}
