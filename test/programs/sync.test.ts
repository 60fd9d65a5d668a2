import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import { debianText } from '../support/debian-text.ts'
import { start, startNode } from '../support/program.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const hasStrace = spawnSync('strace', ['-V']).status === 0
const TOGETHER = 64

it.skipIf(!hasStrace)(
  `a submission is synced before it is acknowledged, and those that come together share the sync${hasStrace ? '' : ': skipped, strace is not here'}`,
  async () => {
    const folder = await temporaryDirectory()
    const trace = join(folder, 'trace')
    const node = await startNode(join(folder, 'data'))
    const calls = ['-e', 'trace=fsync,fdatasync', '-o', trace, '-p', String(node.child.pid)]
    const strace = start('strace', ['-f', ...calls])
    while (!strace.said().err.includes('attached')) await once(strace.child.stderr!, 'data')
    const syncs = async (): Promise<number> =>
      (await readFile(trace, 'utf8')).match(/(?:fsync|fdatasync)\(/g)?.length ?? 0
    const carol = await rebuilder()
    const key = armorPublicKey(carol.publicKey.bytes)
    expect((await fetch(`${node.url}/keys`, { method: 'POST', body: key })).status).toBe(201)
    const post = async (version: string): Promise<void> => {
      const body = await clearsign(debianText({ version }), [carol])
      expect((await fetch(`${node.url}/debian`, { method: 'POST', body })).status).toBe(201)
    }

    for (const version of ['1.1-1', '1.2-1', '1.3-1']) {
      const before = await syncs()
      await post(version)
      expect(await syncs()).toBeGreaterThan(before)
    }

    const before = await syncs()
    await Promise.all(Array.from({ length: TOGETHER }, (_, at) => post(`2.${at}-1`)))
    expect((await syncs()) - before).toBeLessThan(TOGETHER / 2)
    expect((await node.stop('SIGTERM')).code).toBe(0)
  },
)
