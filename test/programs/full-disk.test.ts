import { spawnSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/submission.ts'
import {
  certifications,
  expectKept,
  expectReads,
  expectRefused,
  expectTakesNothing,
  json,
  kill,
  limitFiles,
  post,
  serve,
  storm,
  takesAgain,
  watchReadiness,
} from '../support/node-on-disk.ts'
import { build, countersign, MAIN, start, type StartedNode } from '../support/program.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const MEBIBYTES = 48
const why = whyNoSmallDisk()

const BEFORE_FULL = 20
const BEFORE_DEATH = 5

/** Submissions at once. */
const WAVE = 16

/** Posts many at once, fills the disk in the middle, and kills the node some refusals later. */
async function stormAndKill(node: StartedNode, signed: readonly string[], fill: () => void) {
  const receipts = new Map<string, Receipt>()
  let refusals = 0
  const isDead = (): boolean => refusals >= BEFORE_DEATH
  const submit = async (text: string): Promise<void> => {
    const answer = await post(node, text)
    if (answer.status === 201) receipts.set(text, await json<Receipt>(answer))
    else {
      await expectRefused(answer, 'ENOSPC')
      refusals += 1
    }
    if (receipts.size === BEFORE_FULL) fill()
    if (refusals === BEFORE_DEATH) node.child.kill('SIGKILL')
  }
  const posts: PromiseSettledResult<void>[] = []
  // wave by wave, so that the disk is full before all have been taken
  for (let from = 0; from < signed.length && !isDead(); from += WAVE)
    posts.push(...(await Promise.allSettled(signed.slice(from, from + WAVE).map(submit))))
  await node.ended
  // whoever hears nothing any more has no acknowledgement
  for (const one of posts)
    if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(TypeError)
  return { receipts, refusals }
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
    await kill(node)
    node = await serve(disk.data)
    await expectTakesNothing(node, 'ENOSPC')
    await expectReads(node, [...first.values(), ...second.values()])
    await expectRefused(await post(node, signed[61] ?? ''), 'ENOSPC')
    disk.free()
    await takesAgain(node)
    const third = await storm(node, signed.slice(60), 'none')
    expect(third.size).toBe(30)
    await expectReads(node, [...first.values(), ...third.values()])
    await kill(node)
    await expectKept(disk.data, new Map([...first, ...second, ...third]))
  }, 240_000)

  test('under the indexes alone, amid submissions, takes no readiness from a node that answers', async () => {
    const disk = await smallDisk(MEBIBYTES)
    const data = await temporaryDirectory()
    symlinkSync(disk.data, join(data, 'indexes'))
    const { key, signed } = await certifications(200)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 10), 'none')

    // those that have found room before it was filled are in a feed when their rows find none
    const hasStopped = (): boolean => node.said().err.includes('a follower has stopped')
    let at = 10
    await until(async () => {
      const rest = signed.slice(at, (at += 40))
      expect(rest).not.toEqual([])
      const posts = rest.map(async (text) => {
        await post(node, text)
        disk.fill()
      })
      await Promise.all(posts)
      if (hasStopped()) return true
      disk.free()
      await takesAgain(node)
      return false
    })
    await expectTakesNothing(node, 'ENOSPC')
    await expectReads(node, [...first.values()])

    const ready = watchReadiness(node)
    disk.free()
    await takesAgain(node)
    expect(await ready()).toEqual(new Set())
    const all = await storm(node, signed, 'none')
    expect(all.size).toBe(signed.length)
    await kill(node)
    await expectKept(data, all)
  }, 240_000)

  test('is what the command line says of a node that takes nothing, and what it says to be withheld is', async () => {
    const disk = await smallDisk(MEBIBYTES)
    const data = await temporaryDirectory()
    // tombstones find room, and the rows that they take away do not
    symlinkSync(disk.data, join(data, 'indexes'))
    const { key, signed } = await certifications(4)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const [first, second] = [...(await storm(node, signed.slice(0, 3), 'none')).values()]
    const [file, keyFile] = [join(data, 'file.buildinfo'), join(data, 'key.asc')]
    writeFileSync(file, signed[3] ?? '')
    writeFileSync(keyFile, key)

    disk.fill()
    await until(async () => (await post(node, signed[3] ?? '')).status === 507)
    for (const line of [
      ['submit', file, '--to', node.url],
      ['key', 'add', keyFile, '--node', node.url],
    ]) {
      const { code, out, err } = await countersign(line)
      expect([code, out]).toEqual([74, ''])
      expect(err).toMatch(/: The disk of this node is full\. .*\[DISK_FULL\]\n$/)
    }

    const because = ['--reason', 'spam', '--data', data]
    const withheld = await countersign(['withhold', first?.id ?? '', ...because])
    expect([withheld.code, withheld.err]).toEqual([0, ''])
    expect(withheld.out).toContain('1 withheld, but not erased yet: The disk of this node is full.')
    expect((await fetch(`${node.url}/certifications/${first?.id}`)).status).toBe(410)
    // a write has failed now, and nothing more can be
    const refused = await countersign(['withhold', second?.id ?? '', ...because])
    expect([refused.code, refused.out]).toEqual([74, ''])
    expect(refused.err).toContain('[DISK_FULL]')
    expect((await fetch(`${node.url}/certifications/${second?.id}`)).status).toBe(200)

    disk.free()
    await takesAgain(node)
    const again = await countersign(['withhold', first?.id ?? '', ...because])
    expect([again.code, again.out]).toEqual([0, 'nothing new: withheld already\n'])
    await node.stop('SIGTERM')
  }, 240_000)

  test('loses nothing that was acknowledged if the node is killed on it while submissions come', async () => {
    const disk = await smallDisk(MEBIBYTES)
    const { key, signed } = await certifications(80)
    let node = await serve(disk.data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const { receipts, refusals } = await stormAndKill(node, signed, disk.fill)
    expect(receipts.size).toBeGreaterThanOrEqual(BEFORE_FULL)
    expect(refusals).toBeGreaterThanOrEqual(BEFORE_DEATH)

    node = await serve(disk.data)
    await expectTakesNothing(node, 'ENOSPC')
    await expectReads(node, [...receipts.values()])
    disk.free()
    await takesAgain(node)
    const all = await storm(node, signed, 'none')
    expect(all.size).toBe(signed.length)
    for (const [text, receipt] of receipts) expect(all.get(text)).toEqual(receipt)
    await kill(node)
    await expectKept(disk.data, all)
  }, 120_000)
})

describe.skipIf(spawnSync('prlimit', ['--version']).status !== 0)('a write that fails', () => {
  test('stops what is taken until the stores were opened again, which the node does by itself', async () => {
    const data = await temporaryDirectory()
    const { key, signed } = await certifications(120)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const first = await storm(node, signed.slice(0, 40), 'none')
    expect(first.size).toBe(40)

    const ready = watchReadiness(node)
    limitFiles(node, '1')
    // it begins in the middle of a storm
    const second = await storm(node, signed.slice(40, 80), 'EFBIG')
    await expectRefused(await post(node, signed[80] ?? ''), 'EFBIG')
    await expectTakesNothing(node, 'EFBIG')
    await expectReads(node, [...first.values(), ...second.values()])
    expect(node.said().err).toContain('EFBIG')

    limitFiles(node, 'unlimited')
    await takesAgain(node)
    expect(await ready()).toEqual(new Set())
    const third = await storm(node, signed.slice(40), 'none')
    expect(third.size).toBe(80)
    for (const [text, receipt] of second) expect(third.get(text)).toEqual(receipt)
    await expectReads(node, [...first.values(), ...third.values()])
    await kill(node)
    await expectKept(data, new Map([...first, ...third]))
  }, 240_000)

  test('of a tombstone withholds nothing', async () => {
    const data = await temporaryDirectory()
    const { key, signed } = await certifications(1)
    const node = await serve(data)
    expect((await post(node, key, '/keys')).status).toBe(201)
    const [{ id } = { id: '' }] = (await storm(node, signed, 'none')).values()
    limitFiles(node, '1')
    const refused = await countersign(['withhold', id, '--reason', 'spam', '--data', data])
    expect([refused.code, refused.out]).toEqual([74, ''])
    expect(refused.err).toContain('[DISK_FULL]')
    expect((await fetch(`${node.url}/certifications/${id}`)).status).toBe(200)
    limitFiles(node, 'unlimited')
    await takesAgain(node)
    expect((await fetch(`${node.url}/certifications/${id}`)).status).toBe(200)
  }, 120_000)
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
