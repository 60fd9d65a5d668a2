import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FeedStatus } from '../../src/contract/feed-status.ts'
import type { Status } from '../../src/contract/status.ts'
import type { Receipt } from '../../src/contract/submission.ts'
import type { CertificationSummary } from '../../src/contract/certification.ts'
import {
  certifications,
  expectReads,
  json,
  kill,
  limitFiles,
  post,
  serve,
  storm,
  watchReadiness,
} from '../support/node-on-disk.ts'
import type { StartedNode } from '../support/program.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const why = whyNoSmallDisk()

const ask = async <T>(node: StartedNode, path: string): Promise<T> =>
  json<T>(await fetch(`${node.url}${path}`, { headers: { accept: 'application/json' } }))

/** A node that only follows another. */
async function follow(node: StartedNode, data: string): Promise<StartedNode> {
  const address = /\/ip4\/\S+\/p2p\/\w+/.exec(node.said().out)?.[0] ?? ''
  const config = join(await temporaryDirectory(), 'node.toml')
  await writeFile(config, `read-only = true\n[[peer]]\naddress = "${address}"\n`)
  return serve(data, ['--config', config])
}

async function idsAt(node: StartedNode): Promise<readonly string[]> {
  const found = await ask<readonly CertificationSummary[]>(node, '/certifications?limit=1000')
  return found.map(({ id }) => id).toSorted()
}

const hasAll = (node: StartedNode, count: number): Promise<void> =>
  until(async () => (await idsAt(node)).length === count)

async function expectPaused(replica: StartedNode, cause: string): Promise<void> {
  await until(async () => (await ask<Status>(replica, '/status')).disk?.cause === cause)
  const { disk } = await ask<Status>(replica, '/status')
  await until(async () => {
    const feeds = await ask<readonly FeedStatus[]>(replica, '/feeds')
    return feeds.some(({ state, reason }) => state === 'paused' && reason === disk?.reason)
  })
  const ready = await fetch(`${replica.url}/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { ready: true, writable: false, isolated: false },
  ])
  expect(replica.said().err).toContain(cause)
}

/** But for copies: each node counts the others. */
function withoutCopies(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    name === 'copies' ? undefined : value,
  )
}

/** What it says of the same things. */
async function expectSame(node: StartedNode, replica: StartedNode): Promise<void> {
  const ids = await idsAt(node)
  expect(await idsAt(replica)).toEqual(ids)
  const paths = [
    '/debian/',
    '/rebuilders',
    ...ids.slice(0, 20).map((id) => `/certifications/${id}.json`),
  ]
  for (const path of paths)
    expect(withoutCopies(await ask(replica, path))).toEqual(withoutCopies(await ask(node, path)))
}

describe.skipIf(why !== undefined)(`a replica on a full disk (${why ?? 'a real one'})`, () => {
  test('pauses, says so, answers what it has, and follows by itself to the same answers when there is room', async () => {
    const disk = await smallDisk(48)
    const { key, signed } = await certifications(60)
    const node = await serve(await temporaryDirectory())
    let replica = await follow(node, disk.data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 15), 'none')
    await hasAll(replica, 15)
    await until(async () => (await fetch(`${replica.url}/ready`)).status === 200)
    const ready = watchReadiness(replica)

    const more = storm(node, signed.slice(15, 45), 'none')
    disk.fill()
    await expectPaused(replica, 'ENOSPC')
    expect((await more).size).toBe(30)
    await expectReads(replica, [...first.values()])
    expect((await idsAt(replica)).length).toBeLessThan(45)

    disk.free()
    await hasAll(replica, 45)
    expect((await ask<Status>(replica, '/status')).disk).toBeNull()
    await expectSame(node, replica)

    disk.fill()
    await expectPaused(replica, 'ENOSPC')
    expect(await ready()).toEqual(new Set())
    await kill(replica)
    const last = await storm(node, signed.slice(45), 'none')
    replica = await follow(node, disk.data)
    await expectReads(replica, [...first.values()])
    disk.free()
    await hasAll(replica, 60)
    await expectReads(replica, [...last.values()])
    await expectSame(node, replica)
  }, 120_000)
})

describe.skipIf(spawnSync('prlimit', ['--version']).status !== 0)('a replica', () => {
  test('that cannot write what a peer sends says so, and goes on by itself when it can', async () => {
    const { key, signed } = await certifications(20)
    const node = await serve(await temporaryDirectory())
    const replica = await follow(node, await temporaryDirectory())
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 10), 'none')
    await hasAll(replica, 10)

    limitFiles(replica, '1')
    const second = await storm(node, signed.slice(10), 'none')
    await expectPaused(replica, 'EFBIG')
    await expectReads(replica, [...first.values()])

    limitFiles(replica, 'unlimited')
    await hasAll(replica, 20)
    const receipts: readonly Receipt[] = [...first.values(), ...second.values()]
    await expectReads(replica, receipts)
    await expectSame(node, replica)
  }, 60_000)
})
