import { describe, expect, test, onTestFinished } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { readPolicy } from '../../../src/certification/policy.ts'
import { buildServer } from '../../../src/http/server.ts'
import type { Agreement } from '../../../src/contract/agreement.ts'
import { debianText } from '../../support/debian-text.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
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
} from '../door.ts'

const HELLO = '/agreement/debian/hello/2.10-3'

const POLICY = readPolicy({
  threshold: 2,
  operator: [
    { name: 'Alice', keys: [ALICE] },
    { name: 'Bob', keys: [BOB] },
  ],
})

/** A node whose pages name Alice and Bob, and Mallory too if asked. */
async function openNaming(more: readonly { name: string; keys: readonly string[] }[] = []) {
  const policy = { ...POLICY, operators: [...POLICY.operators, ...more] }
  const repository = await openTestRepository({ pagesPolicy: { path: 'policy.toml', policy } })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return app
}

const page = async (app: FastifyInstance, url: string): Promise<string> =>
  (await get(app, url, BROWSER)).body

const textOf = (markup: string): string =>
  markup
    .replaceAll(/<svg.*?<\/svg>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',')

/** What has a colour of right or wrong. */
const coloured = (markup: string): readonly string[] => [
  ...[...markup.matchAll(/<span\s+class="(yes|no)"\s*>([^<]*)</g)].map(
    ([, mark = '', text = '']) => `${mark}: ${text.trim()}`,
  ),
  ...(markup.match(/--(?:agree|differ)\b/g) ?? []),
  ...(markup.match(/class="differs"/g) ?? []),
]

const standingOn = (markup: string): string =>
  textOf(/<dt>others<\/dt>\s*<dd>(.*?)<\/dd>/s.exec(markup)?.[1] ?? '').trim()

describe('where this node names nobody', () => {
  test('nothing that anybody says of hello has a colour, and the words are neutral', async () => {
    const { app } = await openDoor()
    const ids = await submitHello(app)
    for (const url of [
      '/',
      '/debian/hello/',
      '/debian/hello/2.10-3/amd64/',
      HELLO,
      '/artifacts?name=hello_2.10-3_amd64.deb',
      ...Object.values(ids).map((id) => `/certifications/${id}.html`),
    ])
      expect(coloured(await page(app, url)), url).toEqual([])
    expect(textOf(await page(app, '/debian/hello/'))).toContain('2 say A, 1 says B')
    expect(textOf(await page(app, '/'))).toContain('2 say A, 1 says B')
  })

  test('a certification says how many others say the same, and how many say otherwise', async () => {
    const { app } = await openDoor()
    const { alice = '', bob = '', mallory = '' } = await submitHello(app)
    const said = async (id: string) => standingOn(await page(app, `/certifications/${id}.html`))
    expect(await said(alice)).toBe('1 other says the same, 1 says otherwise')
    expect(await said(bob)).toBe('1 other says the same, 1 says otherwise')
    expect(await said(mallory)).toBe('0 others say the same, 2 say otherwise')
  })

  test('who is the only one so far is not accused of anything', async () => {
    const { app } = await openDoor()
    const carol = await rebuilder()
    await app.inject({ method: 'POST', url: '/keys', payload: Buffer.from(carol.publicKey.bytes) })
    const answer = await post(
      app,
      '/debian',
      await clearsign(debianText({ version: '2.10-4' }), [carol]),
    )
    const { id } = answer.json<{ id: string }>()
    const markup = await page(app, `/certifications/${id}.html`)
    expect(standingOn(markup)).toBe('nobody else has built it yet')
    expect(coloured(markup)).toEqual([])
    expect(textOf(await page(app, '/debian/hello/'))).toContain('nobody else has built it yet')
  })

  test('the policy says so', async () => {
    const { app } = await openDoor()
    expect((await get(app, '/policy')).json()).toEqual({ operators: [] })
    expect(textOf(await page(app, '/policy'))).toContain('This node names nobody')
    expect(await page(app, '/network')).toContain('<a href="/policy">')
  })
})

describe('where it names Alice and Bob', () => {
  test('their word is counted apart, and alone has colours', async () => {
    const app = await openNaming()
    const { alice = '', mallory = '' } = await submitHello(app)
    const { artifacts } = (await get(app, HELLO)).json<Agreement>()
    expect(artifacts[0]?.named).toEqual({ agreeing: 2, differing: 0, alone: 0, sides: [] })
    expect(artifacts[0]?.others).toMatchObject({ agreeing: 0, differing: 1, alone: 0 })
    expect(artifacts[0]?.groups[0]?.rebuilders.map(({ operator }) => operator)).toEqual(
      ALICE > BOB ? ['Bob', 'Alice'] : ['Alice', 'Bob'],
    )
    expect(artifacts[0]?.groups[1]?.rebuilders[0]?.operator).toBeNull()
    const markup = await page(app, HELLO)
    expect(textOf(markup)).toContain('2 agree others: 1 says otherwise')
    expect(coloured(markup)).toEqual(['yes: 2 = they agree about', '--agree'])
    const said = async (id: string) => page(app, `/certifications/${id}.html`)
    expect(standingOn(await said(alice))).toBe(
      'named : 1 other says the same, 0 say otherwise not named: 0 others say the same, 1 says otherwise',
    )
    expect(coloured(await said(alice))).toEqual(['yes: 1 other says the same'])
    expect(coloured(await said(mallory))).toEqual(['no: 2 say otherwise'])
  })

  test('the policy is shown', async () => {
    const app = await openNaming()
    expect((await get(app, '/policy')).json()).toEqual({ operators: POLICY.operators })
    expect(textOf(await page(app, '/policy'))).toContain(`Alice ${ALICE}`)
  })

  test('an operator with two keys has one vote', async () => {
    const app = await openNaming([{ name: 'Carol', keys: [MALLORY] }])
    await submitHello(app)
    const { artifacts } = (await get(app, HELLO)).json<Agreement>()
    expect(artifacts[0]?.named).toMatchObject({ agreeing: 2, differing: 1 })
    const twin = await openTestRepository({
      pagesPolicy: {
        path: '',
        policy: { ...POLICY, operators: [{ name: 'both', keys: [ALICE, BOB] }] },
      },
    })
    const door = buildServer(twin, SETTINGS)
    onTestFinished(() => door.close())
    await submitHello(door)
    expect((await get(door, HELLO)).json<Agreement>().artifacts[0]?.named).toMatchObject({
      agreeing: 0,
      differing: 0,
      alone: 1,
    })
  })

  test('what a new key posts changes no colour, mark or count of theirs', async () => {
    const app = await openNaming()
    await submitHello(app)
    const seen = async () => {
      const markup = await page(app, HELLO)
      const { artifacts } = (await get(app, HELLO)).json<Agreement>()
      return {
        colours: coloured(markup),
        marks: [...markup.matchAll(/class="mark c\d"[^>]*title="[^"]*">(\w)</g)]
          .map(([, letter]) => letter)
          .slice(0, 2),
        groups: artifacts.map(({ groups, named: tally }) => ({
          tally,
          of: groups.map(({ rebuilders }) =>
            rebuilders.filter(({ operator }) => operator !== null),
          ),
        })),
        versions: coloured(await page(app, '/debian/hello/')),
      }
    }
    const before = await seen()
    const stranger = await rebuilder()
    await app.inject({
      method: 'POST',
      url: '/keys',
      payload: Buffer.from(stranger.publicKey.bytes),
    })
    for (let at = 0; at < 70; at++) {
      const text = debianText({ version: '2.10-3' }).replaceAll(
        /[0-9a-f]{64}/g,
        at.toString(16).padStart(64, '0'),
      )
      const answer = await post(app, '/debian', await clearsign(text, [stranger]))
      expect(answer.statusCode).toBe(201)
    }
    const after = await seen()
    expect(after.colours).toEqual(before.colours)
    expect(after.versions).toEqual(before.versions)
    expect(
      after.groups.slice(0, 2).map(({ tally, of }) => ({ tally, of: of.slice(0, 1) })),
    ).toEqual(before.groups.map(({ tally, of }) => ({ tally, of: of.slice(0, 1) })))
  })
})
