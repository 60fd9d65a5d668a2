import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import {
  certifications,
  expectKept,
  expectReads,
  expectRefused,
  expectTakesNothing,
  kill,
  post,
  serve,
  storm,
  takesAgain,
} from '../support/node-on-disk.ts'
import { start, type StartedNode } from '../support/program.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const why = whyNoSmallDisk()
const hasStrace = spawnSync('strace', ['-f', 'true']).status === 0

describe.skipIf(why !== undefined)(`a read-only disk (${why ?? 'a real one'})`, () => {
  test('is told before anything is written, reads go on, also after a start on it, and so do submissions when it can be written', async () => {
    const disk = await smallDisk(48)
    const { key, signed } = await certifications(30)
    let node = await serve(disk.data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 10), 'none')

    disk.seal()
    await until(async () => (await fetch(`${node.url}/ready?for=submissions`)).status === 503)
    await expectTakesNothing(node, 'EROFS')
    expect((await storm(node, signed.slice(10, 20), 'EROFS')).size).toBe(0)
    await expectRefused(await post(node, key, '/keys'), 'EROFS')
    await expectReads(node, [...first.values()])
    expect(node.said().err).toContain('EROFS')

    disk.unseal()
    await takesAgain(node)
    const second = await storm(node, signed.slice(10, 20), 'none')
    expect(second.size).toBe(10)

    await kill(node)
    disk.seal()
    node = await serve(disk.data)
    await expectTakesNothing(node, 'EROFS')
    await expectReads(node, [...first.values(), ...second.values()])
    await expectRefused(await post(node, signed[20] ?? ''), 'EROFS')

    disk.unseal()
    await takesAgain(node)
    const third = await storm(node, signed.slice(20), 'none')
    expect(third.size).toBe(10)
    await kill(node)
    await expectKept(disk.data, new Map([...first, ...second, ...third]))
  }, 120_000)
})

/** Every sync of a running node fails so, until the answer is called. */
async function failSyncs({ child }: StartedNode, cause: string): Promise<() => Promise<void>> {
  const calls = ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=${cause}`]
  const strace = start('strace', ['-f', '-o', '/dev/null', ...calls, '-p', String(child.pid)])
  while (!strace.said().err.includes('attached')) await once(strace.child.stderr!, 'data')
  return async () => {
    strace.child.kill('SIGINT')
    await strace.ended
  }
}

test.skipIf(!hasStrace)(
  'a sync that fails acknowledges nothing, is told with its cause, and is over by itself',
  async () => {
    const data = await temporaryDirectory()
    const { key, signed } = await certifications(20)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    let kept = await storm(node, signed.slice(0, 10), 'none')
    for (const [cause, more] of [
      ['EIO', signed.slice(10, 15)],
      ['EDQUOT', signed.slice(15)],
    ] as const) {
      const mend = await failSyncs(node, cause)
      expect((await storm(node, more, cause)).size).toBe(0)
      await expectRefused(await post(node, key, '/keys'), cause)
      await expectTakesNothing(node, cause)
      await expectReads(node, [...kept.values()])
      expect(node.said().err).toContain(cause)

      await mend()
      await takesAgain(node)
      const again = await storm(node, [...kept.keys(), ...more], 'none')
      for (const [text, receipt] of kept) expect(again.get(text)).toEqual(receipt)
      kept = again
    }
    await kill(node)
    await expectKept(data, kept)
  },
  60_000,
)
