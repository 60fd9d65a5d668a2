import type { FastifyInstance } from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Value } from 'typebox/value'
import { readPolicy } from '../../../../src/certification/policy.ts'
import {
  type RebuilderDetail,
  RebuilderDetailBody,
} from '../../../../src/contract/rebuilder-detail.ts'
import { buildServer } from '../../../../src/http/server.ts'
import type { RebuilderSummary } from '../../../../src/contract/rebuilder-summary.ts'
import { debianText } from '../../../support/debian-text.ts'
import { openTestRepository } from '../../../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../../../support/rebuilder.ts'
import {
  ALICE,
  BOB,
  BROWSER,
  get,
  MALLORY,
  openDoor,
  post,
  SETTINGS,
  submitHello,
} from '../../door.ts'

const PATIENT = { timeout: 30_000 }
const HELLO = ['hello-dbgsym_2.10-3_amd64.deb', 'hello_2.10-3_amd64.deb']
const ALL = { compared: 2, agreeing: 2 }
const NONE = { compared: 2, agreeing: 0 }

/** A node whose pages name these. */
async function openNaming(...keys: readonly string[]): Promise<FastifyInstance> {
  const operator = keys.map((key, at) => ({ name: `operator ${at}`, keys: [key] }))
  const policy = readPolicy({ threshold: 1, operator })
  const repository = await openTestRepository({ pagesPolicy: { path: 'policy.toml', policy } })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return app
}

async function detailOf(app: FastifyInstance, fingerprint: string): Promise<RebuilderDetail> {
  const body = (await get(app, `/rebuilders/${fingerprint}`)).json<RebuilderDetail>()
  expect([...Value.Errors(RebuilderDetailBody, body)]).toEqual([])
  return body
}

const pageOf = async (app: FastifyInstance, url: string): Promise<string> =>
  (await get(app, url, BROWSER)).body

const textOf = (markup: string): string =>
  markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

/** Certifies a version of hello with checksums that nobody else gives, or as Bob did. */
async function certify(
  app: FastifyInstance,
  who: TestRebuilder,
  { version = '2.10-3', lie = '' }: { readonly version?: string; readonly lie?: string } = {},
): Promise<void> {
  await post(app, '/keys', Buffer.from(who.publicKey.bytes))
  const text = debianText({ version })
  const said = lie === '' ? text : text.replaceAll(/^ [\da-f]{8}/gm, ` ${lie}`)
  expect((await post(app, '/debian', await clearsign(said, [who]))).statusCode).toBe(201)
}

const strangers = (count: number): Promise<readonly TestRebuilder[]> =>
  Promise.all(Array.from({ length: count }, () => rebuilder()))

/** What has a colour of right or wrong. */
const coloured = (markup: string): readonly string[] => markup.match(/class="(?:yes|no)"/g) ?? []

describe('how often a named rebuilder agrees', () => {
  it('is not moved by strangers who say otherwise: they are counted beside it, in grey', async () => {
    const app = await openNaming(ALICE, BOB)
    await submitHello(app)
    const before = await detailOf(app, ALICE)
    expect(before.agreement).toEqual({ named: ALL, others: NONE })
    for (const stranger of await strangers(3)) await certify(app, stranger, { lie: '01234567' })
    const after = await detailOf(app, ALICE)
    expect(after.agreement).toEqual({ named: ALL, others: NONE })
    expect(after.measured).toEqual({
      counting: 1,
      unshared: { named: 0, others: 0 },
      weak: 0,
      complete: true,
      contradicted: { named: 0, others: 2 },
      // the named say the same, whatever others say
      contradictions: [],
    })
    const page = await pageOf(app, `/rebuilders/${ALICE}`)
    expect(page).toMatch(/<progress\s+value="2"\s+max="2"\s+aria-label="agreement rate"/)
    expect(page).toMatch(/<span class="quiet"\s*>others: 0 of 2 artifacts<\/span/)
    expect(textOf(page)).toContain('With none of the 2 artifacts that named ones certified too.')
    expect(textOf(page)).toContain('Others, who are not named: of 2 artifacts they gave another')
    expect(coloured(page)).toEqual([])
  })

  it('is nothing where the policy names nobody else, and strangers are held against that one', async () => {
    const app = await openNaming(ALICE)
    await submitHello(app)
    expect((await detailOf(app, ALICE)).agreement).toEqual({ named: null, others: ALL })
    expect((await detailOf(app, BOB)).agreement.named).toEqual(ALL)
    expect((await detailOf(app, MALLORY)).agreement.named).toEqual(NONE)
    for (const stranger of await strangers(3)) await certify(app, stranger, { lie: '01234567' })
    expect((await detailOf(app, ALICE)).agreement).toEqual({ named: null, others: NONE })
    const bob = await detailOf(app, BOB)
    expect(bob.agreement).toEqual({ named: ALL, others: NONE })
    const page = await pageOf(app, `/rebuilders/${ALICE}`)
    expect(page).not.toContain('<progress')
    expect(textOf(page)).toContain('2 artifacts nobody else who is named certified.')
  })

  it('stands in the list of all, and what others say beside it', async () => {
    const app = await openNaming(ALICE, BOB)
    await submitHello(app)
    const all = (await get(app, '/rebuilders')).json<readonly RebuilderSummary[]>()
    expect(new Map(all.map((one) => [one.fingerprint, one.agreement.named]))).toEqual(
      new Map([
        [ALICE, ALL],
        [BOB, ALL],
        [MALLORY, NONE],
      ]),
    )
    const page = await pageOf(app, '/rebuilders')
    expect(page).toContain('<a href="/policy">names</a>')
    expect(textOf(page).match(/2 of 2 artifacts others: 0 of 2 artifacts/g)).toHaveLength(2)
    expect(coloured(page)).toEqual([])
  })
})

describe('who contradicts a rebuilder', () => {
  it('is first whom the policy names, however many strangers do elsewhere', async () => {
    const liar = await rebuilder()
    const app = await openNaming(ALICE, BOB)
    await submitHello(app)
    await certify(app, liar, { lie: '89abcdef' })
    await certify(app, liar, { lie: '89abcdef', version: '9' })
    for (const stranger of await strangers(4)) await certify(app, stranger, { version: '9' })
    const { fingerprint } = liar.publicKey
    const { measured } = await detailOf(app, fingerprint)
    expect(measured.contradicted).toEqual({ named: 2, others: 4 })
    expect(measured.contradictions.map(({ camp, name, other }) => [camp, name, other])).toEqual([
      ...HELLO.map((name) => ['named', name, 2]),
      ...HELLO.map((name) => ['others', name.replace('2.10-3', '9'), 4]),
    ])
    const page = await pageOf(app, `/rebuilders/${fingerprint}`)
    expect(coloured(page)).toEqual(['class="no"'])
    expect(page).toMatch(/<span class="no"\s*>2 artifacts<\/span/)
    expect(textOf(page)).toContain('About these no named one says anything')
  })
})

/** Of one version, with so many artifacts that a dozen say more than is compared. */
const crowdedText = (): string => {
  const lines = Array.from(
    { length: 2400 },
    (_, at) => ` ${String(at).padStart(64, '0')} 1 hello-${at}_2.10-3_amd64.deb\n`,
  )
  return debianText({})
    .replace(/^Checksums-Md5:\n[^]*^Checksums-Sha256:\n(?: .*\n)+/m, '')
    .replace(/^(?=Build-Origin:)/m, `Checksums-Sha256:\n${lines.join('')}`)
}

describe('a version of which more was certified than is compared', () => {
  it('is told to whoever certified it, also to a rebuilder of whom nothing is compared', async () => {
    const all = (await strangers(13)).toSorted((one, other) =>
      one.publicKey.fingerprint < other.publicKey.fingerprint ? -1 : 1,
    )
    const [first, last] = [all.at(0), all.at(-1)]
    const [named] = await strangers(1)
    if (first === undefined || last === undefined || named === undefined) throw new Error('nobody')
    const app = await openNaming(named.publicKey.fingerprint)
    await submitHello(app)
    const text = crowdedText()
    for (const who of [...all, named]) {
      await post(app, '/keys', Buffer.from(who.publicKey.bytes))
      expect((await post(app, '/debian', await clearsign(text, [who]))).statusCode).toBe(201)
    }
    const of = (who: TestRebuilder): Promise<RebuilderDetail> =>
      detailOf(app, who.publicKey.fingerprint)
    await expect
      .poll(async () => (await of(first)).agreement.named, PATIENT)
      .toEqual({ compared: 2400, agreeing: 2400 })
    expect((await of(first)).measured.complete).toBe(false)
    expect((await of(named)).agreement.others?.compared).toBe(2400)

    const left = await of(last)
    expect(left.agreement).toEqual({ named: null, others: null })
    expect(left.measured).toMatchObject({ counting: 1, complete: false })
    const page = textOf(await pageOf(app, `/rebuilders/${last.publicKey.fingerprint}`))
    expect(page).toContain('Nothing of it was compared.')
    expect(page).toContain('more was certified than is compared; those whom nobody names can be')

    // who has certified other versions alone has nothing to do with it
    await certify(app, last, { version: '9' })
    const [other] = await strangers(1)
    if (other === undefined) throw new Error('nobody')
    await certify(app, other, { version: '9' })
    expect((await of(other)).measured.complete).toBe(true)
    expect(await of(last)).toMatchObject({
      agreement: { others: { compared: 2, agreeing: 2 } },
      measured: { complete: false },
    })
  }, 60_000)
})

it('has no colour and neutral words where this node names nobody', async () => {
  const { app } = await openDoor()
  await submitHello(app)
  for (const url of ['/rebuilders', `/rebuilders/${ALICE}`, `/rebuilders/${MALLORY}`]) {
    const page = await pageOf(app, url)
    expect(coloured(page), url).toEqual([])
    expect(textOf(page), url).toContain('others certified too')
    expect(textOf(page), url).not.toContain('others:')
  }
  expect(await pageOf(app, `/rebuilders/${MALLORY}`)).toMatch(/<progress[^>]*class="quiet"/)
})
