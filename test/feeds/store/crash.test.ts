import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { replay } from '../../../src/feeds/store/replay.ts'
import { openState } from '../../../src/state/database.ts'
import { openIdentity } from '../../../src/state/identity.ts'
import { openJournal } from '../../../src/state/journal.ts'
import { burstBlock } from '../../support/burst-block.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const BURST = fileURLToPath(new URL('../../support/burst.ts', import.meta.url))

function burst(directory: string, batches: number, before: readonly string[] = []): ChildProcess {
  const [program, ...rest] = [...before, process.execPath, '--import', 'tsx', BURST]
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  return spawn(program, [...rest, directory, String(batches)], { stdio })
}

/** Kills after so many acknowledgements. @returns the acknowledged length */
async function killAfter(child: ChildProcess, acknowledgements: number): Promise<number> {
  const exited = once(child, 'exit')
  let [seen, length] = [0, 0]
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    length = Number(line.split(' ')[1])
    if (++seen === acknowledgements) child.kill('SIGKILL')
  }
  await exited
  return length
}

describe('a killed process', () => {
  test('has lost nothing that was acknowledged', async () => {
    const directory = await temporaryDirectory()
    let known = 0
    for (const acknowledgements of [1, 17, 36]) {
      const acknowledged = await killAfter(burst(directory, 100_000), acknowledgements)
      expect(acknowledged).toBeGreaterThan(known)
      const state = await openState(directory)
      const store = await openFeedStore(directory, await openIdentity(state))
      const [feed, journal] = [await store.own('debian', 0), await openJournal(state)]
      await replay(journal.rows(feed.key), feed)
      expect(feed.length).toBeGreaterThanOrEqual(acknowledged)
      for (let at = 0; at < feed.length; at++)
        expect(await feed.readData(at)).toEqual(burstBlock(at))
      known = feed.length
      await store.close()
      await state.close()
    }
  })
})

const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

describe('an acknowledgement', () => {
  test('comes after its blocks were synced', async (context) => {
    context.skip(!canTrace, 'skipped: strace is not here, or may not trace')
    const directory = await temporaryDirectory()
    const trace = join(directory, 'trace')
    const calls = 'trace=fdatasync,fsync,write,pwrite64'
    const child = burst(join(directory, 'data'), 8, ['strace', '-f', '-o', trace, '-e', calls])
    child.stdout?.resume()
    expect((await once(child, 'exit'))[0]).toBe(0)
    const events = (await readFile(trace, 'utf8'))
      .split('\n')
      .flatMap((line) =>
        /write\(1, "acknowledged/.test(line)
          ? ['acknowledged']
          : /(fdatasync|fsync)\(.* = 0|<\.\.\. (fdatasync|fsync) resumed>.* = 0/.test(line)
            ? ['synced']
            : [],
      )
    const story = events.filter((event, at) => event !== events[at - 1])
    const first = story.indexOf('acknowledged')
    expect(story.slice(first - 1, first + 15)).toEqual(
      Array.from({ length: 8 }, () => ['synced', 'acknowledged']).flat(),
    )
  })
})
