import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type StartedNode, startNode } from './program.ts'

/** Longer than the tests of any file take. */
const PATIENCE_MS = 600_000

/**
 * One node for those tests of a file that do not mind what others sent to it. The first that asks starts it, and it is killed after
 * the last one. To be called once in a file, outside of its tests.
 */
export function nodeOfFile(): () => Promise<StartedNode> {
  const ends: (() => unknown)[] = []
  let node: Promise<StartedNode> | undefined
  const started = async (): Promise<StartedNode> => {
    const data = await mkdtemp(join(tmpdir(), 'countersign-'))
    ends.push(() => rm(data, { recursive: true, force: true, maxRetries: 5 }))
    return startNode(data, [], { patience: PATIENCE_MS, onEnd: (end) => ends.push(end) })
  }
  afterAll(async () => {
    for (const end of ends.toReversed()) await end()
  })
  return () => (node ??= started())
}
