import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exchange } from '../http/socket.ts'
import { build, MAIN, start } from '../support/program.ts'
import { whyNoSmallDisk } from '../support/small-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const hasBoth = networkInterfaces()['lo']?.some(({ address }) => address === '::1') === true
const why = whyNoSmallDisk() ?? (hasBoth ? undefined : 'no ::1 here')
/** In a mount namespace of its own, with other hosts than this machine has. */
const ELSEWHERE = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'

test.skipIf(why !== undefined)(
  `a node at localhost listens at both of its addresses, with the same limits (${why ?? 'for real'})`,
  async () => {
    build()
    const data = await temporaryDirectory()
    const hosts = join(await temporaryDirectory(), 'hosts')
    await writeFile(hosts, '127.0.0.1 localhost\n::1 localhost\n')
    const serve = ['serve', '--data', data, '--http', 'localhost:0', '--p2p', 'none']
    const command = [process.execPath, MAIN, ...serve]
    const node = start('unshare', ['--mount', 'sh', '-c', ELSEWHERE, 'sh', hosts, ...command])
    const port = (): string | undefined => /http:\/\/localhost:(\d+)/.exec(node.said().out)?.[1]
    await until(() => port() !== undefined)
    for (const host of ['127.0.0.1', '::1']) {
      const ask = 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n'
      const one = await exchange(Number(port()), `${ask}Connection: close\r\n\r\n`, host)
      expect([host, one.slice(0, 12)]).toEqual([host, 'HTTP/1.1 200'])
      const many = await exchange(Number(port()), `${ask}\r\n`.repeat(500), host)
      expect(many.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(20)
    }
    node.child.kill('SIGTERM')
    expect(await node.ended).toMatchObject({ code: 0, err: '' })
  },
)
