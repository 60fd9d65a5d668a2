import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Receipt, Status } from '../../src/repository/repository.ts'
import { debianText } from '../support/debian-text.ts'
import { build, MAIN, start, startNode } from '../support/program.ts'
import type { StartedNode } from '../support/program.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const MEBIBYTES = 48
const why = whyNoSmallDisk()

/** Certifications by one rebuilder, and its key. */
async function certifications(count: number) {
  const carol = await rebuilder()
  const signed = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      clearsign(debianText({ version: `${at}-1` }), [carol]),
    ),
  )
  return { key: armorPublicKey(carol.publicKey.bytes), signed }
}

const post = ({ url }: StartedNode, body: string, path = '/debian'): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body })

// oxlint-disable-next-line typescript/no-unsafe-type-assertion typescript/no-unnecessary-type-parameters -- our own API's shapes
const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T

const serve = (data: string): Promise<StartedNode> =>
  startNode(data, ['--submissions-per-minute', '0'])

/** No file of a process may be longer: what is written beyond that fails, whatever its disk has. */
function limitFiles({ child }: StartedNode, bytes: string): void {
  const args = ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]
  expect(spawnSync('prlimit', args).status).toBe(0)
}

/** What anybody can ask is answered, and with all that was acknowledged. */
async function expectReads(node: StartedNode, receipts: readonly Receipt[]): Promise<void> {
  for (const path of ['/', '/health', '/status', '/debian/', '/certifications', '/openapi.json'])
    expect([path, (await fetch(`${node.url}${path}`)).status]).toEqual([path, 200])
  for (const { id } of receipts) {
    const found = await fetch(`${node.url}/certifications/${id}`)
    expect(found.status).toBe(200)
    await found.arrayBuffer()
  }
}

async function expectTakesNothing(node: StartedNode, cause: string): Promise<void> {
  const ready = await fetch(`${node.url}/ready`)
  expect([ready.status, await ready.json()]).toEqual([200, { ready: true, writable: false }])
  const forSubmissions = await fetch(`${node.url}/ready?for=submissions`)
  expect(forSubmissions.status).toBe(503)
  expect(Number(forSubmissions.headers.get('retry-after'))).toBeGreaterThan(0)
  const status = await json<Status>(await fetch(`${node.url}/status`))
  expect(status).toMatchObject({ writable: false, disk: { cause } })
  expect(status.disk?.reason).toMatch(/^[A-Z].*\.$/)
}

async function expectRefused(answer: Response, cause: string): Promise<void> {
  expect(answer.status).toBe(507)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const problem = await json<{ detail: string }>(answer)
  expect(problem).toMatchObject({ code: 'DISK_FULL', cause })
  expect(problem.detail).not.toContain('/')
}

/** Posts all at once. @returns the receipts; what was not taken was refused for want of room */
async function storm(node: StartedNode, signed: readonly string[], cause: string) {
  const receipts = new Map<string, Receipt>()
  await Promise.all(
    signed.map(async (text) => {
      const answer = await post(node, text)
      if (answer.status === 201 || answer.status === 200)
        receipts.set(text, await json<Receipt>(answer))
      else await expectRefused(answer, cause)
    }),
  )
  return receipts
}

const takesAgain = (node: StartedNode): Promise<void> =>
  until(async () => (await fetch(`${node.url}/ready?for=submissions`)).status === 200)

/** Also after a kill. */
async function expectKept(data: string, receipts: ReadonlyMap<string, Receipt>): Promise<void> {
  const node = await serve(data)
  for (const [text, receipt] of receipts) {
    const again = await post(node, text)
    expect([again.status, await again.json()]).toEqual([200, receipt])
  }
  const { collections } = await json<Status>(await fetch(`${node.url}/status`))
  expect(collections[0]?.certifications).toBe(receipts.size)
  await node.stop('SIGTERM')
}

describe.skipIf(why !== undefined)(`a full disk (${why ?? 'a real one'})`, () => {
  test('is refused with its cause, reads go on, and so do submissions when there is room, without a restart', async () => {
    const disk = await smallDisk(MEBIBYTES)
    const { key, signed } = await certifications(90)
    let node = await serve(disk.data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 30), 'none')
    expect(first.size).toBe(30)

    disk.fill()
    await until(async () => (await post(node, signed[30] ?? '')).status === 507)
    await expectRefused(await post(node, signed[31] ?? ''), 'ENOSPC')
    expect((await storm(node, signed.slice(30, 60), 'ENOSPC')).size).toBe(0)
    await expectRefused(await post(node, key, '/keys'), 'ENOSPC')
    await expectTakesNothing(node, 'ENOSPC')
    await expectReads(node, [...first.values()])
    expect(node.said().err).toContain('ENOSPC')

    disk.free()
    await takesAgain(node)
    const second = await storm(node, signed.slice(30, 60), 'none')
    expect(second.size).toBe(30)

    disk.fill()
    node.child.kill('SIGKILL')
    await node.ended
    node = await serve(disk.data)
    await expectTakesNothing(node, 'ENOSPC')
    await expectReads(node, [...first.values(), ...second.values()])
    await expectRefused(await post(node, signed[61] ?? ''), 'ENOSPC')
    disk.free()
    await takesAgain(node)
    const third = await storm(node, signed.slice(60), 'none')
    expect(third.size).toBe(30)
    await expectReads(node, [...first.values(), ...third.values()])
    node.child.kill('SIGKILL')
    await node.ended
    await expectKept(disk.data, new Map([...first, ...second, ...third]))
  }, 240_000)
})

describe.skipIf(spawnSync('prlimit', ['--version']).status !== 0)('a write that fails', () => {
  test('stops what is taken until the stores were opened again, which the node does by itself', async () => {
    const data = await temporaryDirectory()
    const { key, signed } = await certifications(120)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 40), 'none')
    expect(first.size).toBe(40)

    limitFiles(node, '1')
    // it begins in the middle of a storm
    const second = await storm(node, signed.slice(40, 80), 'EFBIG')
    await expectRefused(await post(node, signed[80] ?? ''), 'EFBIG')
    await expectTakesNothing(node, 'EFBIG')
    await expectReads(node, [...first.values(), ...second.values()])
    expect(node.said().err).toContain('EFBIG')

    limitFiles(node, 'unlimited')
    await takesAgain(node)
    const third = await storm(node, signed.slice(40), 'none')
    expect(third.size).toBe(80)
    for (const [text, receipt] of second) expect(third.get(text)).toEqual(receipt)
    await expectReads(node, [...first.values(), ...third.values()])
    node.child.kill('SIGKILL')
    await node.ended
    await expectKept(data, new Map([...first, ...third]))
  }, 240_000)
})

test.skipIf(!existsSync('/dev/full'))('a log that cannot be written ends no node', async () => {
  build()
  const args = ['serve', '--data', await temporaryDirectory(), '--http', '127.0.0.1:0']
  const flags = ['--p2p', 'none', '--log-level', 'debug']
  const program = [process.execPath, MAIN, ...args, ...flags]
  const running = start('sh', ['-c', 'exec "$@" 2>/dev/full', 'sh', ...program])
  const url = (): string | undefined => /http:\/\/[\w.:]+:\d+/.exec(running.said().out)?.[0]
  await until(() => url() !== undefined)
  // each of them is a line of the log
  for (let at = 0; at < 3; at += 1) expect((await fetch(`${url()}/health`)).status).toBe(200)
})
