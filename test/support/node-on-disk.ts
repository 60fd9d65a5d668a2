// What a node says whose disk takes nothing, and what it must not lose.
import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Status } from '../../src/contract/status.ts'
import type { Receipt } from '../../src/contract/submission.ts'
import { debianText } from './debian-text.ts'
import { type StartedNode, startNode } from './program.ts'
import { clearsign, rebuilder } from './rebuilder.ts'
import { until } from './until.ts'

/** Certifications by one rebuilder, and its key. */
export async function certifications(count: number) {
  const carol = await rebuilder()
  const signed = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      clearsign(debianText({ version: `${at}-1` }), [carol]),
    ),
  )
  return { key: armorPublicKey(carol.publicKey.bytes), signed }
}

export const post = ({ url }: StartedNode, body: string, path = '/debian'): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body })

// oxlint-disable-next-line typescript/no-unsafe-type-assertion typescript/no-unnecessary-type-parameters -- our own API's shapes
export const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T

export const serve = (data: string, flags: readonly string[] = []): Promise<StartedNode> =>
  startNode(data, ['--submissions-per-minute', '0', ...flags])

/** As when the power goes. */
export async function kill(node: StartedNode): Promise<void> {
  node.child.kill('SIGKILL')
  await node.ended
}

/** No file of a process may be longer: what is written beyond that fails, whatever its disk has. */
export function limitFiles({ child }: StartedNode, bytes: string): void {
  const args = ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]
  expect(spawnSync('prlimit', args).status).toBe(0)
}

/** What anybody can ask is answered, and with all that was acknowledged. */
export async function expectReads(node: StartedNode, receipts: readonly Receipt[]): Promise<void> {
  for (const path of ['/', '/health', '/status', '/debian/', '/certifications', '/openapi.json'])
    expect([path, (await fetch(`${node.url}${path}`)).status]).toEqual([path, 200])
  for (const { id } of receipts) {
    const found = await fetch(`${node.url}/certifications/${id}`)
    expect(found.status).toBe(200)
    await found.arrayBuffer()
  }
}

export async function expectTakesNothing(node: StartedNode, cause: string): Promise<void> {
  const ready = await fetch(`${node.url}/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { ready: true, writable: false, isolated: false },
  ])
  const forSubmissions = await fetch(`${node.url}/ready?for=submissions`)
  expect(forSubmissions.status).toBe(503)
  expect(Number(forSubmissions.headers.get('retry-after'))).toBeGreaterThan(0)
  const status = await json<Status>(await fetch(`${node.url}/status`))
  expect(status).toMatchObject({ writable: false, disk: { cause } })
  expect(status.disk?.reason).toMatch(/^[A-Z].*\.$/)
}

export async function expectRefused(answer: Response, cause: string): Promise<void> {
  expect(answer.status).toBe(507)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const problem = await json<{ detail: string }>(answer)
  expect(problem).toMatchObject({ code: 'DISK_FULL', cause })
  expect(problem.detail).not.toContain('/')
}

/** Posts all at once. @returns the receipts; what was not taken was refused for want of room */
export async function storm(node: StartedNode, signed: readonly string[], cause: string) {
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

export const takesAgain = (node: StartedNode): Promise<void> =>
  until(async () => (await fetch(`${node.url}/ready?for=submissions`)).status === 200)

/** Is it ready whenever it is asked? Until the answer is called, which tells what else it said. */
export function watchReadiness({ url }: StartedNode): () => Promise<ReadonlySet<number>> {
  const others = new Set<number>()
  let watching = true
  const looking = until(async () => {
    const { status } = await fetch(`${url}/ready`)
    if (status !== 200) others.add(status)
    return !watching
  })
  return async () => {
    watching = false
    await looking
    return others
  }
}

/** Everything that was acknowledged, once, and nothing else. */
export async function expectKept(
  data: string,
  receipts: ReadonlyMap<string, Receipt>,
): Promise<void> {
  const node = await serve(data)
  for (const [text, receipt] of receipts) {
    const again = await post(node, text)
    expect([again.status, await again.json()]).toEqual([200, receipt])
  }
  const { collections } = await json<Status>(await fetch(`${node.url}/status`))
  expect(collections[0]?.certifications).toBe(receipts.size)
  await node.stop('SIGTERM')
}
