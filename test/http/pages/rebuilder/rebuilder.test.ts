import type { FastifyInstance } from 'fastify'
import { Value } from 'typebox/value'
import { describe, expect, it, test } from 'vitest'
import { armorPublicKey } from '../../../../src/certification/signatures/public-key.ts'
import { activityPicture } from '../../../../src/http/pages/rebuilder/activity.ts'
import {
  type RebuilderDetail,
  RebuilderDetailBody,
} from '../../../../src/contract/rebuilder-detail.ts'
import { debianText } from '../../../support/debian-text.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../../../support/rebuilder.ts'
import {
  addKey,
  ALICE,
  BOB,
  BROWSER,
  data,
  get,
  helloOf,
  MALLORY,
  openDoor,
  post,
  submitHello,
} from '../../door.ts'

/** What the answer says, which its schema must hold. */
async function detailOf(app: FastifyInstance, fingerprint: string): Promise<RebuilderDetail> {
  const body = (await get(app, `/rebuilders/${fingerprint}`)).json<RebuilderDetail>()
  expect([...Value.Errors(RebuilderDetailBody, body)]).toEqual([])
  return body
}

async function pageOf(app: FastifyInstance, fingerprint: string): Promise<string> {
  const { body } = await get(app, `/rebuilders/${fingerprint}`, BROWSER)
  expect(body.replace('<script src="/live.js" defer></script>', '')).not.toMatch(
    /<script|style="|\son\w+="/,
  )
  return body
}

/** As it is read. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<(?:title|svg)[\s\S]*?<\/(?:title|svg)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,:])/g, '')

async function submit(
  app: FastifyInstance,
  who: TestRebuilder,
  { version, date = '2026-06-01' }: { readonly version: string; readonly date?: string },
): Promise<string> {
  await post(app, '/keys', armorPublicKey(who.publicKey.bytes))
  const signed = await clearsign(debianText({ version }), [who], { date: new Date(date) })
  const answer = await post(app, '/debian', signed)
  expect(answer.statusCode).toBe(201)
  return answer.json<{ id: string }>().id
}

describe('a rebuilder whom others contradict', () => {
  it('stands alone with the artifacts of which they gave another checksum', async () => {
    const { app } = await openDoor()
    const { mallory = '' } = await submitHello(app)
    const { agreement, measured } = await detailOf(app, MALLORY)
    expect(agreement).toEqual({ named: null, others: { compared: 2, agreeing: 0 } })
    expect(measured).toEqual({
      counting: 1,
      unshared: { named: 2, others: 0 },
      weak: 0,
      complete: true,
      contradicted: { named: 0, others: 2 },
      contradictions: ['hello-dbgsym_2.10-3_amd64.deb', 'hello_2.10-3_amd64.deb'].map((name) => ({
        collection: 'debian',
        path: 'hello/2.10-3',
        name,
        certifications: [mallory],
        camp: 'others',
        same: 0,
        other: 2,
      })),
    })
    const page = await pageOf(app, MALLORY)
    expect(textOf(page)).toContain('2 artifacts: others gave another checksum')
    expect(page).toContain('href="/agreement/debian/hello/2.10-3"')
    expect(page).toContain(`href="/certifications/${mallory}.html"`)
    expect(page).toMatch(/<progress\s+value="0"\s+max="2"\s+aria-label="agreement rate"/)
  })

  it('is none of those who agree against her', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    for (const fingerprint of [ALICE, BOB]) {
      expect(await detailOf(app, fingerprint)).toMatchObject({
        agreement: { named: null, others: { compared: 2, agreeing: 2 } },
        measured: { contradicted: { others: 0 }, contradictions: [], unshared: { others: 0 } },
      })
      expect(textOf(await pageOf(app, fingerprint))).toContain(
        'With none of the 2 artifacts that others certified too.',
      )
    }
  })

  it('is listed with the first twenty artifacts, and how many more there are', async () => {
    const { app } = await openDoor()
    const [one, other] = [await rebuilder(), await rebuilder()]
    for (let at = 0; at < 12; at++) {
      await submit(app, one, { version: `${at}` })
      const text = debianText({ version: `${at}` }).replaceAll(/^ [\da-f]{8}/gm, ' 00000000')
      await post(app, '/keys', armorPublicKey(other.publicKey.bytes))
      expect((await post(app, '/debian', await clearsign(text, [other]))).statusCode).toBe(201)
    }
    const { fingerprint } = one.publicKey
    expect((await detailOf(app, fingerprint)).measured.contradictions).toHaveLength(24)
    const page = await pageOf(app, fingerprint)
    expect(page.match(/data-head="compared in"/g)).toHaveLength(20)
    expect(textOf(page)).toContain('and 4 more')
  })
})

describe('a rebuilder with whom nothing can be compared', () => {
  test('is told apart: nobody else certified what it did', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/bob.asc')
    await post(app, '/debian', helloOf('bob'))
    expect(await detailOf(app, BOB)).toMatchObject({
      agreement: { named: null, others: null },
      measured: { unshared: { others: 2 }, weak: 0, contradicted: { others: 0 } },
    })
    expect(textOf(await pageOf(app, BOB))).toContain('2 artifacts nobody else certified.')
  })

  test('is told apart: it gave only weak checksums', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/bob.asc')
    await post(app, '/debian', data('odd/19-md5-only.buildinfo'))
    expect((await detailOf(app, BOB)).measured).toMatchObject({
      unshared: { others: 0 },
      weak: 2,
    })
    expect(textOf(await pageOf(app, BOB))).toContain(
      '2 artifacts it gave only MD5 or SHA-1 for: no agreement rests on these.',
    )
  })

  test('is told apart: its key is revoked, so that nothing counts', async () => {
    const { app } = await openDoor()
    await addKey(app, 'odd/key-revoked.asc')
    const answer = await post(app, '/debian', data('odd/25-revoked-key.buildinfo'))
    const { rebuilder: fingerprint } = answer.json<{ rebuilder: string }>()
    const { certifications, measured, key, newest } = await detailOf(app, fingerprint)
    expect({ certifications, ...measured }).toMatchObject({ certifications: 1, counting: 0 })
    expect(key?.parts[0]?.revoked).toMatchObject({ kind: 'hard' })
    expect(newest).toMatchObject([{ state: 'key-revoked' }])
    const text = textOf(await pageOf(app, fingerprint))
    expect(text).toContain('Its key is revoked: nothing that it signed counts.')
    expect(text).toContain('None of its certifications counts')
  })

  test('is told apart: its key has expired, which takes nothing from what it signed before', async () => {
    const { app } = await openDoor()
    await addKey(app, 'odd/key-expired.asc')
    const file = data('odd/24-expired-key-signed-while-valid.buildinfo')
    const { rebuilder: fingerprint } = (await post(app, '/debian', file)).json<{
      rebuilder: string
    }>()
    const { certifications, measured, key } = await detailOf(app, fingerprint)
    expect({ certifications, ...measured }).toMatchObject({ certifications: 1, counting: 1 })
    expect(key?.parts[0]).toMatchObject({ expired: true, revoked: null })
    expect(textOf(await pageOf(app, fingerprint))).toContain(
      'expired: what it signed before counts',
    )
  })
})

describe('the keys of a rebuilder', () => {
  it('are its primary key and the subkeys that sign, in words', async () => {
    const { app } = await openDoor({ publicUrl: 'https://node.example/' })
    await submitHello(app)
    const [alice, bob] = [await detailOf(app, ALICE), await detailOf(app, BOB)]
    expect(alice.key?.parts).toMatchObject([
      { fingerprint: ALICE, primary: true, algorithm: 'RSA, 3072 bits', maySign: true },
    ])
    expect(bob.key?.parts).toMatchObject([
      {
        algorithm: 'Ed25519',
        expired: false,
        revoked: null,
      },
    ])
    const days = bob.key?.parts.map(({ createdAt, expiresAt }) =>
      [createdAt, expiresAt].map((time) => time?.slice(0, 10)),
    )
    expect(days).toEqual([['2026-11-22', '2028-11-21']])
    const page = await pageOf(app, BOB)
    expect(page).toContain(`href="/keys/${BOB}"`)
    expect(page).toContain(`gpg --keyserver hkps://node.example --recv-keys ${BOB}</pre>`)
  })

  it('are found by the subkey that signed, too', async () => {
    const { app } = await openDoor()
    const owner = await rebuilder({ subkeys: [{ sign: true }] })
    await submit(app, owner, { version: '1' })
    const { key, newest } = await detailOf(app, owner.publicKey.fingerprint)
    expect(key?.parts.map(({ primary, maySign }) => [primary, maySign])).toEqual([
      [true, true],
      [false, true],
    ])
    expect(newest[0]?.signedBy).toBe(key?.parts[1]?.fingerprint)
  })

  it('are one without dates and names where it signs links, and gpg is not asked for that', async () => {
    const { app } = await openDoor()
    await addKey(app, 'in-toto/reproduce-debian-net-amd64.pub')
    const link = data('in-toto/librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link')
    expect((await post(app, '/rebuilderd', link)).statusCode).toBe(201)
    const [linked] = (await get(app, '/rebuilders')).json<{ fingerprint: string }[]>()
    const { fingerprint = '' } = linked ?? {}
    const { key, userIds, activity } = await detailOf(app, fingerprint)
    expect(userIds).toEqual([])
    expect(key).toMatchObject({
      kind: 'in-toto',
      parts: [{ fingerprint, algorithm: 'Ed25519', createdAt: null, maySign: true }],
    })
    // by the time at which it was accepted here
    expect(activity.bars.at(-1)?.certifications).toBe(1)
    const page = await pageOf(app, fingerprint)
    expect(page).toContain(`href="/keys/${fingerprint}"`)
    expect(page).not.toContain('gpg ')
  })
})

describe('what a rebuilder signed', () => {
  it('is listed by the time of signing, newest first, and behind that what it dated in the future', async () => {
    const { app } = await openDoor()
    const carol = await rebuilder({ date: new Date('2000-01-01') })
    const dates = ['2026-03-01', '2106-01-01', '2026-05-01', '2001-01-01', '2026-04-01']
    for (const [at, date] of dates.entries()) await submit(app, carol, { version: `${at}`, date })
    const { newest } = await detailOf(app, carol.publicKey.fingerprint)
    expect(newest.map(({ signedAt }) => signedAt?.slice(0, 10))).toEqual([
      '2026-05-01',
      '2026-04-01',
      '2026-03-01',
      '2001-01-01',
      '2106-01-01',
    ])
  })

  it('is a picture, which is a sentence for who does not see it, and a table', async () => {
    const { app } = await openDoor()
    const carol = await rebuilder({ date: new Date('2000-01-01') })
    const dates = ['2026-05-01', '2026-05-02', '2026-06-01', '2001-01-01', '2106-01-01']
    for (const [at, date] of dates.entries()) await submit(app, carol, { version: `${at}`, date })
    const { activity } = await detailOf(app, carol.publicKey.fingerprint)
    expect(activity).toMatchObject({ per: 'month', earlier: 1, future: 1, counted: 5 })
    const page = await pageOf(app, carol.publicKey.fingerprint)
    const [picture = ''] = /<svg[\s\S]*<\/svg>/.exec(page) ?? []
    expect(picture).toContain('role="img"')
    expect(picture).toMatch(
      /aria-label="Certifications for each month from [\d-]+ to [\d-]+: 3 in all, most: 2 in 2026-05\."/,
    )
    expect(picture).toContain('<title>2026-05: 2</title>')
    expect(picture.match(/<title>/g)).toHaveLength(activity.bars.length)
    const text = textOf(page)
    expect(text).toContain('The same as a table month certifications 2026-05 2 2026-06 1')
    expect(text).toMatch(/1 more is dated before [\d-]+\. 1 more is dated in the future\./)
  })
})

test('a picture of the newest alone says so', () => {
  const bars = [
    { period: '2026-10', certifications: 20_000 },
    { period: '2026-11', certifications: 1 },
  ]
  const activity = { per: 'month', bars, earlier: 0, future: 0, counted: 20_001 } as const
  const whole = String(activityPicture(activity, 20_001))
  expect(whole).not.toContain('Only the newest')
  const part = String(activityPicture(activity, 100_000))
  expect(textOf(part)).toContain('Only the newest 20,001 of 100,000 are counted.')
  // one beside twenty thousand can be seen
  expect(part).toMatch(/<title>2026-11: 1<\/title>[^]*y="98"[^]*height="2"/)
})

it('shows what a rebuilder calls itself as text', async () => {
  const { app } = await openDoor()
  const odd = await rebuilder({ userIDs: [{ name: '<img src=x onerror=alert(1)>' }] })
  await submit(app, odd, { version: '1' })
  const page = await pageOf(app, odd.publicKey.fingerprint)
  expect(page).not.toContain('<img')
  expect(page).toContain('&lt;img src=x')
})
