import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import { debianText } from '../support/debian-text.ts'
import { build, MAIN, start } from '../support/program.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

/** What each sync takes longer, in milliseconds. */
const SYNC = 500
const COUNT = 120
/** Posted at once: they share syncs, so that all of them take a few. */
const AT_ONCE = 40

const hasStrace = spawnSync('strace', ['--seccomp-bpf', '-f', 'true']).status === 0

/** A node on a disk whose syncs take so long. */
async function startOnSlowDisk(data: string): Promise<string> {
  build()
  const slow = `inject=fsync,fdatasync:delay_enter=${SYNC * 1000}`
  const strace = ['-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync']
  const serve = [MAIN, 'serve', '--data', data, '--http', '127.0.0.1:0', '--p2p', 'none']
  const flags = ['--submissions-per-minute', '0']
  const args = [...strace, '-e', slow, process.execPath, ...serve, ...flags]
  const running = start('strace', args)
  onTestFinished(() => {
    // what strace runs would go on without it
    const { stdout } = spawnSync('pgrep', ['-P', String(running.child.pid)], { encoding: 'utf8' })
    for (const pid of stdout.split('\n')) if (pid !== '') process.kill(Number(pid), 'SIGKILL')
  })
  let url: string | undefined
  await until(() => {
    url = /http:\/\/[\w.:]+:\d+/.exec(running.said().out)?.[0]
    return url !== undefined
  })
  return url ?? ''
}

test.skipIf(!hasStrace)(
  'a disk whose sync takes 500 ms makes submissions slower, which share their syncs, and no answer wait for one',
  async () => {
    const url = await startOnSlowDisk(await temporaryDirectory())
    const carol = await rebuilder()
    const key = armorPublicKey(carol.publicKey.bytes)
    expect((await fetch(`${url}/keys`, { method: 'POST', body: key })).status).toBe(201)
    const signed = await Promise.all(
      Array.from({ length: COUNT }, (_, at) =>
        clearsign(debianText({ version: `${at}-1` }), [carol]),
      ),
    )
    const posting = new AbortController()
    const reads: number[] = []
    const reader = (async () => {
      while (!posting.signal.aborted) {
        const from = performance.now()
        const answer = await fetch(`${url}/certifications?limit=1`)
        await answer.arrayBuffer()
        expect(answer.status).toBe(200)
        reads.push(performance.now() - from)
      }
    })()
    const statuses: number[] = []
    const from = performance.now()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let body = signed.pop(); body !== undefined; body = signed.pop()) {
          const answer = await fetch(`${url}/debian`, { method: 'POST', body })
          await answer.arrayBuffer()
          statuses.push(answer.status)
        }
      }),
    )
    posting.abort()
    await reader
    expect(statuses).toEqual(Array.from({ length: COUNT }, () => 201))
    // one sync for each would be a minute
    expect(performance.now() - from).toBeLessThan((COUNT * SYNC) / 2)
    const median = reads.toSorted((one, other) => one - other)[reads.length >> 1]
    expect(median).toBeLessThan(SYNC / 2)
  },
  180_000,
)
