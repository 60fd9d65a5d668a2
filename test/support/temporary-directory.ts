import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes when the test has finished. Call it first: what is opened later is closed before. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
