import { once } from 'node:events'
import { cp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openIndexes } from '../../../src/indexes/database.ts'
import { beginBatch } from '../../../src/indexes/batch.ts'
import { beginEvents, eventsSince, lastNumber, putEvent } from '../../../src/indexes/events.ts'
import { buildServer } from '../../../src/http/server.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import { listenTo, type ReceivedEvent } from '../../support/event-source.ts'
import { renamedCopy, revokedCopy } from '../../support/key-changes.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { rebuilder } from '../../support/rebuilder.ts'
import { signed, submitTo } from '../../support/submission.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'
import { data, get, helloOf, post, SETTINGS, submitHello } from '../door.ts'

const UNVERIFIED = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const

/** A node that listens, over a data folder. */
async function open(folder: string, settings: Parameters<typeof openTestData>[1] = {}) {
  const opened = await openTestData(folder, settings)
  const app = buildServer(opened.repository, { ...SETTINGS, trustProxy: ['127.0.0.1'] })
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      await app.close()
      await opened.close()
    })())
  onTestFinished(close)
  return { opened, app, base, close }
}

const kindsOf = (events: readonly ReceivedEvent[]): readonly string[] =>
  events.map(({ kind }) => kind)
const isOf =
  (kind: string) =>
  (event: ReceivedEvent): boolean =>
    event.kind === kind
const idIn = (event: ReceivedEvent | undefined): unknown => {
  const certification = event?.data['certification']
  return typeof certification === 'object' && certification !== null && 'id' in certification
    ? certification.id
    : event?.data['id']
}

/** Ids of the certifications that are told from `after` on, as soon as `count` of them were. */
async function told(base: string, after: string, count: number): Promise<readonly unknown[]> {
  const source = await listenTo(base, `?after=${after}`)
  const ids: unknown[] = []
  await source.until((event) => {
    if (event.kind === 'certification') ids.push(idIn(event))
    return ids.length === count
  })
  source.close()
  return ids
}

const version = (of: string) => signed({ version: of })
const submit = async (opened: OpenRepository, of: string): Promise<string> =>
  (await submitTo(opened, await version(of))).id

describe('whoever listens to a node', () => {
  it('hears of a certification when it comes, and which agreement it changes', async () => {
    const { base, app } = await open(await temporaryDirectory())
    const source = await listenTo(base)
    expect(source.status).toBe(200)
    expect(kindsOf(await source.until(isOf('cursor')))).toEqual(['cursor'])
    const { alice } = await submitHello(app)
    const events = await source.until(isOf('agreement'))
    const [certification, agreement] = events.slice(-2)
    expect(certification?.data).toMatchObject({
      certification: { id: alice, state: 'verified', collections: ['debian'] },
    })
    expect(agreement?.data).toEqual({ collection: 'debian', path: 'hello/2.10-3' })
    // a client that is cut off between the two hears both again
    expect([certification?.id, typeof agreement?.id]).toEqual([undefined, 'string'])
  })

  it('goes on where it was cut off, by the query or by the header that browsers send', async () => {
    const { base, opened } = await open(await temporaryDirectory())
    const first = await submit(opened, '1')
    const source = await listenTo(base, '?after=0')
    const cursor = (await source.until(({ kind, id }) => kind === 'agreement' && id !== undefined))
      .map(({ id }) => id)
      .at(-1)
    source.close()
    const second = await submit(opened, '2')
    expect(await told(base, cursor ?? '', 1)).toEqual([second])
    const again = await listenTo(base, '?after=0', { 'last-event-id': cursor ?? '' })
    expect(idIn((await again.until(isOf('certification'))).at(-1))).toBe(second)
    expect(await told(base, '', 2)).toEqual([first, second])
  })

  it('loses nothing when the node starts again', async () => {
    const folder = await temporaryDirectory()
    const before = await open(folder)
    await submit(before.opened, '1')
    const cursor = before.opened.repository.cursor()
    await before.close()
    const between = await open(folder)
    const second = await submit(between.opened, '2')
    await between.close()
    const after = await open(folder)
    const third = await submit(after.opened, '3')
    expect(await told(after.base, cursor, 2)).toEqual([second, third])
  })

  it('hears everything again from a cursor that is ahead of what is here: the data are of another day', async () => {
    const { base, opened } = await open(await temporaryDirectory())
    const id = await submit(opened, '1')
    const [epoch = ''] = opened.repository.cursor().split('-')
    expect(await told(base, `${epoch}-9007199254740991`, 1)).toEqual([id])
  })

  it('hears everything again when the indexes were built again', async () => {
    const folder = await temporaryDirectory()
    const before = await open(folder)
    const ids = [await submit(before.opened, '1'), await submit(before.opened, '2')]
    const [gone = ''] = ids
    await before.opened.withhold({ ids: [gone] }, { reason: 'rubbish', code: 'spam' })
    const cursor = before.opened.repository.cursor()
    await before.close()
    await rm(join(folder, 'indexes'), { recursive: true })
    const after = await open(folder)
    await after.opened.caughtUp()
    const source = await listenTo(after.base, `?after=${cursor}`)
    const events = await source.until(isOf('certification'))
    expect(events.filter(isOf('withholding')).map(idIn)).toEqual([gone])
    expect(idIn(events.at(-1))).toBe(ids[1])
  })

  it('hears again of a certification whose key has come, or was revoked', async () => {
    const { opened, base } = await open(await temporaryDirectory(), { collections: UNVERIFIED })
    const alice = await rebuilder()
    const { bytes, keys } = await signed({ version: '1' }, alice)
    await opened.repository.submit({ collection: 'debian', bytes })
    const source = await listenTo(base, '?after=0')
    const state = async () => (await source.until(isOf('certification'))).at(-1)?.data
    expect(await state()).toMatchObject({ certification: { state: 'key-unknown' } })
    await opened.repository.addKeys(keys)
    expect(await state()).toMatchObject({ certification: { state: 'verified' } })
    await opened.repository.addKeys((await revokedCopy(alice)).bytes)
    expect(await state()).toMatchObject({ certification: { state: 'key-revoked' } })
  })

  it('hears why something is withheld, and that it is back', async () => {
    const { opened, base } = await open(await temporaryDirectory())
    const id = await submit(opened, '1')
    const source = await listenTo(base)
    await source.until(isOf('cursor'))
    await opened.withhold({ ids: [id] }, { reason: 'asked <b>for', code: 'legal' })
    const withheld = (await source.until(isOf('withholding'))).at(-1)
    expect(withheld?.data).toMatchObject({ id, reason: 'asked <b>for', code: 'legal' })
    await opened.restoreWithheld([id])
    expect(idIn((await source.until(isOf('restoration'))).at(-1))).toBe(id)
  })

  it('hears of everything once, however often it changed while nobody listened', async () => {
    const folder = await temporaryDirectory()
    const { opened, close } = await open(folder)
    const alice = await rebuilder()
    for (const of of ['1', '2']) await submitTo(opened, await signed({ version: of }, alice))
    await opened.repository.addKeys((await renamedCopy(alice, 'new@example.org')).bytes)
    await opened.repository.addKeys((await revokedCopy(alice)).bytes)
    await opened.caughtUp()
    await close()
    const indexes = await openIndexes(join(folder, 'indexes'))
    const events = await eventsSince(indexes, 0, 100)
    await indexes.close()
    expect(events).toHaveLength(2)
  })

  it('is told to the last event when the node stops, and no longer holds it up', async () => {
    const { base, close } = await open(await temporaryDirectory())
    const source = await listenTo(base)
    await source.until(isOf('cursor'))
    const began = performance.now()
    await close()
    await source.ended()
    expect(performance.now() - began).toBeLessThan(3000)
  })
})

describe('numbers of events', () => {
  it('that somebody has seen are never given again, when power takes the rows away that were not synced', async () => {
    const [folder, image] = [await temporaryDirectory(), await temporaryDirectory()]
    const indexes = await openIndexes(join(folder, 'indexes'))
    const begin = async (of: typeof indexes): Promise<void> => {
      const batch = beginBatch(of)
      await beginEvents(batch)
      await batch.commit()
      await of.sync()
    }
    const put = async (of: typeof indexes, ids: string): Promise<void> => {
      const batch = beginBatch(of)
      for (const id of ids) await putEvent(batch, { kind: 'certification', id: id.repeat(64) })
      await batch.commit()
    }
    await begin(indexes)
    await indexes.close()
    // as the disk is when the power goes
    await cp(folder, image, { recursive: true })
    const before = await openIndexes(join(folder, 'indexes'))
    await put(before, '123')
    const seen = await lastNumber(before)
    await before.close()
    const after = await openIndexes(join(image, 'indexes'))
    expect(after.epoch).toBe(before.epoch)
    await begin(after)
    await put(after, '98123')
    expect(await eventsSince(after, seen, 100)).toHaveLength(5)
    await after.close()
  })

  it('tell of the evidence against a writer once, however often it is found', async () => {
    const { opened } = await open(await temporaryDirectory())
    const feed = 'ab'.repeat(32)
    await opened.noteEvidence(feed, 'fork')
    const first = opened.repository.cursor()
    await opened.noteEvidence(feed, 'fork')
    expect(opened.repository.cursor()).toBe(first)
    await opened.noteEvidence(feed, 'two-roots')
    expect(opened.repository.cursor()).not.toBe(first)
  })
})

describe('a stream of events', () => {
  it('is refused to whoever gives no cursor, or listens too often', async () => {
    const { base, app } = await open(await temporaryDirectory())
    for (const after of ['1', 'x', `${'0'.repeat(16)}-x`, '-', '%00']) {
      const answer = await get(app, `/events?after=${after}`)
      expect([after, answer.statusCode]).toEqual([after, 400])
      expect(answer.json()).toMatchObject({ code: 'QUERY_INVALID' })
    }
    const header = await get(app, '/events', { 'last-event-id': 'nonsense' })
    expect(header.statusCode).toBe(400)
    const behind = { 'x-forwarded-for': '192.0.2.1' }
    const listen = async () => listenTo(base, '', behind)
    const sources = await Promise.all(Array.from({ length: 64 }, listen))
    expect(sources.every(({ status }) => status === 200)).toBe(true)
    const refused = await listen()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('10')
    // whoever comes from elsewhere, or by a proxy of this machine that says nothing, is not held up
    expect((await listenTo(base, '', { 'x-forwarded-for': '192.0.2.2' })).status).toBe(200)
    expect((await listenTo(base)).status).toBe(200)
    sources[0]?.close()
    await until(async () => (await listen()).status === 200)
  })

  it('ends the oldest of whoever listens most when all seats are taken', async () => {
    const { base } = await open(await temporaryDirectory())
    const port = Number(new URL(base).port)
    const listen = async (from: string) => {
      const socket = connect(port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      socket.write(`GET /events HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${from}\r\n\r\n`)
      const answer: readonly unknown[] = await once(socket, 'data')
      expect(String(answer[0])).toMatch(/^HTTP\/1\.1 200/)
      return socket
    }
    const [first] = await Promise.all(
      Array.from({ length: 512 }, (_, at) => listen(`192.0.2.${at % 8}`)),
    )
    await listen('198.51.100.1')
    await expect.poll(() => first?.destroyed).toBe(true)
  })

  it('has one seat for a connection, however many requests stand in it, and gives it back', async () => {
    const { base } = await open(await temporaryDirectory())
    const { port } = new URL(base)
    const request = 'GET /events HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.3\r\n\r\n'
    for (let turn = 0; turn < 2; turn++) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(request.repeat(16))
      await once(socket, 'data')
      socket.destroy()
    }
    const listen = async () => listenTo(base, '', { 'x-forwarded-for': '192.0.2.3' })
    const sources = await Promise.all(Array.from({ length: 62 }, listen))
    expect(sources.every(({ status }) => status === 200)).toBe(true)
  })

  it('answers HEAD at once, and is described', async () => {
    const { app } = await open(await temporaryDirectory())
    const head = await app.inject({ method: 'HEAD', url: '/events' })
    expect([head.statusCode, head.headers['content-type']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ])
    expect(head.headers['cache-control']).toBe('no-store')
    const { paths } = (await get(app, '/openapi.json')).json<{ paths: Record<string, unknown> }>()
    expect(paths['/events']).toBeDefined()
    expect((await post(app, '/events', '')).statusCode).toBe(405)
  })

  it('tells of a certification that waited for its key when it is taken', async () => {
    const { app, base } = await open(await temporaryDirectory())
    const source = await listenTo(base)
    await source.until(isOf('cursor'))
    expect((await post(app, '/debian', helloOf('alice'))).statusCode).toBe(202)
    await app.inject({ method: 'POST', url: '/keys', payload: data('hello/alice.asc') })
    const events = await source.until(isOf('certification'))
    expect(events.at(-1)?.data).toMatchObject({ certification: { state: 'verified' } })
  })
})
