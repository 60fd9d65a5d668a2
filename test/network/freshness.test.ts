import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { Value } from 'typebox/value'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readBundle } from '../../src/check/bundle.ts'
import { check, type CheckOptions, type Policy, readSubject } from '../../src/check/check.ts'
import { freshestOf } from '../../src/check/freshness.ts'
import { type Freshness, LookedUpBody } from '../../src/contract/lookup-answer.ts'
import { FeedDetailBody, type FeedStatus } from '../../src/contract/feed-status.ts'
import { encodeOrigin } from '../../src/feeds/format/origin.ts'
import { buildServer } from '../../src/http/server.ts'
import { encodeHave } from '../../src/network/frames/have-statement.ts'
import { HONEST, looksUp, POLICY, TROJAN } from '../check/checking.ts'
import { ALICE, BOB, BROWSER, get, SETTINGS, submitHello } from '../http/door.ts'
import { fakeNode } from '../support/fake-node.ts'
import { peerOf, saidBy } from '../support/haves.ts'
import { openTestNode } from '../support/network.ts'
import { until } from '../support/until.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const DAY = 86_400_000
const HOUR = 3_600_000

const within = (text: string, milliseconds: number): Policy => ({
  ...POLICY,
  maxAge: { text, milliseconds },
})
const A_WEEK = within('7d', 7 * DAY)

/** A node with hello by alice, bob and mallory, that has said what it has. */
async function sayingNode() {
  const node = await openTestNode()
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  await submitHello(app)
  const feeds = async () => (await get(app, '/feeds')).json<readonly FeedStatus[]>()
  await until(async () => (await feeds()).every(({ freshness }) => freshness !== null))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await app.inject({ method: 'POST', url: '/artifacts/lookup', payload: QUESTION })
  const looked = answer.json<Readonly<Record<string, unknown>>>()
  const given = answer.json<{ readonly freshness: readonly Freshness[] }>().freshness
  const keys = new Map<string, string | undefined>()
  for (const one of [ALICE, BOB]) keys.set(one, await node.repository.key(one))
  return { ...node, app, url, feeds, looked, given, keys }
}

const QUESTION = {
  artifacts: [{ name: 'hello_2.10-3_amd64' }],
  rebuilders: [ALICE, BOB, 'F'.repeat(40)],
}

type Saying = Awaited<ReturnType<typeof sayingNode>>

/** A node that answers like that one, but for how fresh it is. */
async function withFreshness({ looked, keys }: Saying, freshness: unknown): Promise<string> {
  const { freshness: _, ...rest } = looked
  const answer = freshness === undefined ? rest : { ...rest, freshness }
  return fakeNode(({ url = '' }, response) => {
    if (looksUp(url)) response.end(JSON.stringify(answer))
    else response.end(keys.get(url.replace('/keys/', '')))
  })
}

async function checked(
  nodes: readonly string[],
  options: Partial<CheckOptions> & { readonly file?: string } = {},
) {
  const subject = await readSubject(options.file ?? HONEST)
  const { results, sources } = await check([subject], { policy: A_WEEK, nodes, ...options })
  return { verdict: results[0]?.verdict, sources, failures: sources.map(({ failure }) => failure) }
}

describe('a node', () => {
  test('says of its feeds what it has, and when their owners last spoke', async () => {
    const { app, identity, feeds } = await sayingNode()
    const [feed] = await feeds()
    const detail: unknown = (await get(app, `/feeds/${feed?.key ?? ''}`)).json()
    expect(Value.Check(FeedDetailBody, detail)).toBe(true)
    expect(detail).toMatchObject({
      freshness: feed?.freshness,
      statements: [{ peerId: identity.peerId, thisNode: true, lacking: 0, time: feed?.freshness }],
    })
    const page = (await get(app, `/feeds/${feed?.key ?? ''}`, BROWSER)).body
    expect(page).toContain('What peers say that they have')
    expect(page).toContain('this node')
  })

  test('gives with what it looks up what the owners signed, of whom it has anything', async () => {
    const { looked, given } = await sayingNode()
    expect(Value.Check(LookedUpBody, looked)).toBe(true)
    expect(given.map(({ rebuilders }) => new Set(rebuilders))).toEqual([new Set([ALICE, BOB])])
  })
})

describe('with max-age', () => {
  test('a node that has just heard of the owner is asked like any other, and says as of when it answers', async () => {
    const { url, feeds } = await sayingNode()
    const times = (await feeds()).map(({ freshness }) => freshness)
    const { verdict, sources } = await checked([url])
    expect(verdict).toBe('reproduced')
    expect(sources).toMatchObject([{ failure: null }])
    expect(times).toContain(sources[0]?.asOf)
  })

  test('one that has heard of the owner too long ago is unreachable, and what it gives convinces nobody', async () => {
    const { url } = await sayingNode()
    const { verdict, failures } = await checked([url], { now: Date.now() + 8 * DAY })
    expect(verdict).toBe('unknown')
    expect(failures[0]).toMatch(
      /^is out of date: it has heard of the owner of a feed with certifications by \w+ at 20.*Z last, and max-age is 7d$/,
    )
    const [old, live] = [await sayingNode(), await sayingNode()]
    // its clock says that it is now, and the other one's statement is of then
    const frozen = await withFreshness(old, await oneOf(DAY * 8))
    const both = await checked([frozen, live.url], { policy: A_WEEK })
    expect(both.failures.map((failure) => failure === null)).toEqual([false, true])
    expect(both.verdict).toBe('reproduced')
  })

  test('what it says otherwise is believed all the same', async () => {
    const { url } = await sayingNode()
    const late = { now: Date.now() + 8 * DAY, file: TROJAN }
    expect(await checked([url], late)).toMatchObject({ verdict: 'contradicted' })
  })

  test.each([
    ['an old one, which says nothing of it,', undefined],
    ['one that has no statement', []],
  ])('%s is unreachable, and without max-age is asked as ever', async (_, freshness) => {
    const node = await withFreshness(await sayingNode(), freshness)
    const { verdict, sources } = await checked([node])
    expect(verdict).toBe('unknown')
    expect(sources[0]?.failure).toContain('does not show how fresh it is')
    expect(sources[0]?.asOf).toBeNull()
    expect(await checked([node], { policy: POLICY })).toMatchObject({
      verdict: 'reproduced',
      failures: [null],
    })
  })

  test('a statement counts only as the owner of that very feed signed it, and not of the future', async () => {
    const saying = await sayingNode()
    const [good] = saying.given
    if (good === undefined) throw new Error('it gave nothing')
    const stranger = await oneOf(0)
    const bytes = Buffer.from(good.statement ?? '', 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    const forged: readonly unknown[] = [
      { ...good, statement: null },
      { ...good, statement: bytes.toString('base64') },
      { ...good, statement: '' },
      { ...good, statement: stranger[0]?.statement },
      { ...good, origin: stranger[0]?.origin },
      { ...good, feed: 'ab'.repeat(32) },
    ]
    for (const one of forged) {
      const { failures, verdict } = await checked([await withFreshness(saying, [one])])
      expect(failures[0]).toContain('does not show how fresh it is')
      expect(verdict).toBe('unknown')
    }
    expect(await checked([await withFreshness(saying, [good])])).toMatchObject({ failures: [null] })
    const early = await checked([saying.url], { now: Date.now() - HOUR })
    expect(early.failures[0]).toContain('does not show how fresh it is')
  })

  test('the operator of whom least was heard decides', async () => {
    const saying = await sayingNode()
    const [good] = saying.given
    const [old] = await oneOf(8 * DAY)
    const node = await withFreshness(saying, [
      { ...good, rebuilders: [ALICE] },
      { ...old, rebuilders: [BOB] },
    ])
    const { failures } = await checked([node])
    expect(failures[0]).toContain('certifications by bob')
    const missing = await checked([await withFreshness(saying, [{ ...good, rebuilders: [ALICE] }])])
    expect(missing.failures[0]).toContain('certifications by bob')
  })
})

/** What the owner of some other feed said so long ago. */
async function oneOf(age: number): Promise<readonly Freshness[]> {
  const signer = await peerOf(1)
  const feed = 'cd'.repeat(32)
  const statement = await saidBy(signer, { feed, time: Date.now() - age })
  const claims = { format: 1, collection: 'debian', dialect: 'debian' } as const
  return [
    {
      rebuilders: [ALICE, BOB],
      feed,
      origin: base64(await encodeOrigin(feed, claims, signer)),
      statement: base64(encodeHave(statement)),
    },
  ]
}

describe('a bundle', () => {
  const fingerprints = [ALICE, BOB]

  test('has of each operator the freshest statement that holds, and is out of date as a node is', async () => {
    const { given } = await sayingNode()
    const [old] = await oneOf(8 * DAY)
    const lists = [old === undefined ? [] : [old], given]
    const freshness = await freshestOf(lists, { rebuilders: fingerprints, now: Date.now() })
    expect(freshness.map(({ rebuilders, statement }) => [rebuilders, statement])).toEqual([
      [[ALICE], given[0]?.statement],
      [[BOB], given[0]?.statement],
    ])
    const bundle = readBundle(
      JSON.stringify({
        version: 1,
        madeAt: new Date().toISOString(),
        nodes: [],
        subjects: [],
        keys: [],
        certifications: [],
        proofs: [],
        freshness,
      }),
    )
    const bundles = new Map([['a.bundle', bundle]])
    const now = await checked([], { bundles })
    expect(now.sources).toMatchObject([{ node: 'a.bundle', failure: null }])
    const late = await checked([], { bundles, now: Date.now() + 8 * DAY })
    expect(late.failures[0]).toContain('is out of date')
  })
})

const strange = (count: number): readonly string[] =>
  Array.from({ length: count }, () => randomBytes(20).toString('hex').toUpperCase())

test('who asks for 2,000 rebuilders again and for another one costs the main thread that one', async () => {
  const { repository } = await openTestNode()
  const costOf = async (names: readonly string[]): Promise<number> => {
    const before = performance.eventLoopUtilization()
    expect(await repository.freshness(new Set(names))).toEqual([])
    return performance.eventLoopUtilization(before).active
  }
  await costOf(strange(2_000))
  const names = strange(2_000)
  const first = await costOf(names)
  expect(await costOf([...names.slice(1), ...strange(1)])).toBeLessThan(first / 2)
})
