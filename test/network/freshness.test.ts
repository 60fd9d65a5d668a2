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
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const DAY = 86_400_000
const HOUR = 3_600_000

/** A week, by the word of these. */
const aWeek = (...owners: readonly string[]): Policy => ({
  ...POLICY,
  maxAge: { text: '7d', milliseconds: 7 * DAY },
  owners,
})

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
  const payload = { ...QUESTION, owners: [node.identity.peerId] }
  const answer = await app.inject({ method: 'POST', url: '/artifacts/lookup', payload })
  const looked = answer.json<Readonly<Record<string, unknown>>>()
  const given = answer.json<{ readonly freshness: readonly Freshness[] }>().freshness
  const keys = new Map<string, string | undefined>()
  for (const one of [ALICE, BOB]) keys.set(one, await node.repository.key(one))
  const policy = aWeek(node.identity.peerId)
  return { ...node, app, url, feeds, looked, given, keys, policy }
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
  options: Partial<CheckOptions> & Pick<CheckOptions, 'policy'> & { readonly file?: string },
) {
  const subject = await readSubject(options.file ?? HONEST)
  const { results, sources } = await check([subject], { nodes, ...options })
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
    const { app, looked, given, feeds, identity } = await sayingNode()
    expect(Value.Check(LookedUpBody, looked)).toBe(true)
    const named = given.filter(({ rebuilders }) => rebuilders.length > 0)
    expect(named.map(({ rebuilders }) => new Set(rebuilders))).toEqual([new Set([ALICE, BOB])])
    const own = (await feeds()).filter(({ owner }) => owner === identity.peerId)
    expect(new Set(given.map(({ feed }) => feed))).toEqual(new Set(own.map(({ key }) => key)))
    const asked = async (payload: object) =>
      app.inject({ method: 'POST', url: '/artifacts/lookup', payload })
    const unasked = (await asked(QUESTION)).json<{ readonly freshness: readonly Freshness[] }>()
    expect(named.map(({ holds }) => new Set(holds))).toEqual([new Set([ALICE, BOB])])
    expect(unasked.freshness).toEqual(named.map((one) => ({ ...one, holds: undefined })))
    expect(await asked({ ...QUESTION, owners: ['bob'] })).toMatchObject({ statusCode: 400 })
  })
})

describe('with max-age', () => {
  test('a node that has just heard of the owner is asked like any other, and says as of when it answers', async () => {
    const { url, feeds, policy } = await sayingNode()
    const times = (await feeds()).map(({ freshness }) => freshness)
    const { verdict, sources } = await checked([url], { policy })
    expect(verdict).toBe('reproduced')
    expect(sources).toMatchObject([{ failure: null }])
    expect(times).toContain(sources[0]?.asOf)
  })

  test('one that has heard of the owner too long ago is unreachable, and what it gives convinces nobody', async () => {
    const { url, policy } = await sayingNode()
    const { verdict, failures } = await checked([url], { policy, now: Date.now() + 8 * DAY })
    expect(verdict).toBe('unknown')
    expect(failures[0]).toMatch(
      /^is out of date: it has heard of an owner that the policy names for \w+ at 20.*Z last, and max-age is 7d$/,
    )
    const [old, live] = [await sayingNode(), await sayingNode()]
    // its clock says that it is now, and the other one's statement is of then
    const frozen = await withFreshness(old, await oneOf(DAY * 8))
    const both = await checked([frozen, live.url], {
      policy: aWeek(live.identity.peerId, (await peerOf(1)).peerId),
    })
    expect(both.failures.map((failure) => failure === null)).toEqual([false, true])
    expect(both.verdict).toBe('reproduced')
  })

  test('one that freezes the feed of the owner looks no fresher by a feed of its own, or by another of the same owner', async () => {
    const liar = await sayingNode()
    const owner = await peerOf(1)
    const policy = aWeek(owner.peerId)
    // it has the very certifications, in a feed that it signs every hour
    const own = await checked([liar.url], { policy })
    expect(own.failures[0]).toContain('does not show how fresh it is')
    expect(own.verdict).toBe('unknown')
    const stale = await oneOf(8 * DAY)
    const beside = await withFreshness(liar, [...liar.given, ...stale])
    const frozen = await checked([beside], { policy })
    expect(frozen.failures[0]).toContain('is out of date: it has heard of an owner')
    expect(Date.parse(frozen.sources[0]?.asOf ?? '')).toBeLessThan(Date.now() - 7 * DAY)
    const other = await withFreshness(liar, [...stale, ...(await oneOf(0, 'jvm'))])
    expect((await checked([other], { policy })).failures[0]).toContain('is out of date')
    const fresh = await withFreshness(liar, [...stale, ...(await oneOf(0))])
    expect(await checked([fresh], { policy })).toMatchObject({ failures: [null] })
  })

  test('an operator can have owners of its own, and has no others then', async () => {
    const { url, identity } = await sayingNode()
    const [elsewhere, here] = [(await peerOf(1)).peerId, identity.peerId]
    const ofBob = (owners: readonly string[]): Policy => ({
      ...aWeek(here),
      operators: POLICY.operators.map((one) => (one.name === 'bob' ? { ...one, owners } : one)),
    })
    const failed = await checked([url], { policy: ofBob([elsewhere]) })
    expect(failed.failures[0]).toContain('an owner that the policy names for bob')
    expect(await checked([url], { policy: ofBob([elsewhere, here]) })).toMatchObject({
      failures: [null],
    })
    const unowned = { ...aWeek(), owners: undefined }
    await expect(checked([url], { policy: unowned })).rejects.toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID' }),
    )
  })

  test('one that is fresh only by the owner of some other feed is named, and by that of the right one is not', async () => {
    const { url, identity, address, feeds, policy } = await sayingNode()
    const other = await openTestNode({ peers: [address] })
    await submitTo(other, await signed({ version: '1' }))
    const { peerId } = other.identity
    await until(async () =>
      (await feeds()).some(
        ({ owner, freshness, indexed }) =>
          owner === peerId && typeof freshness === 'string' && indexed > 1,
      ),
    )
    const wrong = await checked([url], { policy: aWeek(peerId) })
    expect(wrong).toMatchObject({ verdict: 'reproduced', failures: [null] })
    expect(wrong.sources[0]?.doubt).toMatch(
      /^has none of the newest certifications of \w+ \(and of 1 other\) in a feed of an owner/,
    )
    for (const right of [policy, aWeek(peerId, identity.peerId)])
      expect((await checked([url], { policy: right })).sources).toMatchObject([
        { failure: null, doubt: null },
      ])
  })

  test('one of before, which does not say in which feeds anything stands, is not doubted', async () => {
    const saying = await sayingNode()
    const owner = await peerOf(1)
    const told = (await oneOf(0)).map((one) => ({ ...one, holds: [BOB] }))
    const policy = aWeek(owner.peerId)
    const doubted = await checked([await withFreshness(saying, told)], { policy })
    expect(doubted.sources[0]?.doubt).toContain('has none of the newest certifications of alice in')
    const old = await checked([await withFreshness(saying, await oneOf(0))], { policy })
    expect(old.sources).toMatchObject([{ failure: null, doubt: null }])
  })

  test('what it says otherwise is believed all the same', async () => {
    const { url, policy } = await sayingNode()
    const late = { policy, now: Date.now() + 8 * DAY, file: TROJAN }
    expect(await checked([url], late)).toMatchObject({ verdict: 'contradicted' })
  })

  test('one of before, which takes no question that names owners, is asked without, and a contradiction in it counts', async () => {
    const { looked, keys, policy } = await sayingNode()
    const { freshness: _, ...answer } = looked
    const old = await fakeNode((request, response) => {
      const { url = '' } = request
      if (!looksUp(url)) {
        response.end(keys.get(url.replace('/keys/', '')))
        return
      }
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        if (body.includes('owners')) response.statusCode = 400
        response.end(JSON.stringify(answer))
      })
    })
    const { verdict, failures } = await checked([old], { policy, file: TROJAN })
    expect(verdict).toBe('contradicted')
    expect(failures[0]).toContain('does not show how fresh it is')
  })

  test.each([
    ['an old one, which says nothing of it,', undefined],
    ['one that has no statement', []],
  ])('%s is unreachable, and without max-age is asked as ever', async (_, freshness) => {
    const saying = await sayingNode()
    const node = await withFreshness(saying, freshness)
    const { verdict, sources } = await checked([node], { policy: saying.policy })
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
    const good = saying.given.find(({ rebuilders }) => rebuilders.length > 0)
    if (good === undefined) throw new Error('it gave nothing')
    const stranger = await oneOf(0)
    const { policy } = saying
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
      const { failures, verdict } = await checked([await withFreshness(saying, [one])], { policy })
      expect(failures[0]).toContain('does not show how fresh it is')
      expect(verdict).toBe('unknown')
    }
    const whole = await withFreshness(saying, [good])
    expect(await checked([whole], { policy })).toMatchObject({ failures: [null] })
    const early = await checked([saying.url], { policy, now: Date.now() - HOUR })
    expect(early.failures[0]).toContain('does not show how fresh it is')
  })
})

test('without owners the report says of each operator what the node shows, and of all operators the least', async () => {
  const saying = await sayingNode()
  const [good] = saying.given
  const [old] = await oneOf(8 * DAY)
  const node = await withFreshness(saying, [
    { ...good, rebuilders: [ALICE] },
    { ...old, rebuilders: [BOB] },
  ])
  const { sources } = await checked([node], { policy: POLICY })
  expect(Date.parse(sources[0]?.asOf ?? '')).toBeLessThan(Date.now() - 7 * DAY)
  const missing = await withFreshness(saying, [{ ...good, rebuilders: [ALICE] }])
  expect((await checked([missing], { policy: POLICY })).sources).toMatchObject([
    { asOf: null, failure: null },
  ])
})

/** What the owner of some other feed said so long ago. */
async function oneOf(
  age: number,
  dialect: 'debian' | 'jvm' = 'debian',
): Promise<readonly Freshness[]> {
  const signer = await peerOf(1)
  const feed = dialect === 'jvm' ? 'ef'.repeat(32) : 'cd'.repeat(32)
  const statement = await saidBy(signer, { feed, time: Date.now() - age })
  const claims = { format: 1, collection: dialect, dialect } as const
  return [
    {
      rebuilders: [ALICE, BOB],
      feed,
      origin: base64(await encodeOrigin(feed, claims, signer)),
      statement: base64(encodeHave(statement)),
    },
  ]
}

const shown = ({ rebuilders, statement }: Freshness) => [rebuilders, statement]

describe('a bundle', () => {
  const fingerprints = [ALICE, BOB]

  test('has of each operator the freshest statement that holds, and is out of date as a node is', async () => {
    const { given, policy, identity } = await sayingNode()
    const [old] = await oneOf(8 * DAY)
    const lists = [old === undefined ? [] : [old], given]
    const asked = { rebuilders: fingerprints, now: Date.now() }
    const first = given.find(({ rebuilders }) => rebuilders.length > 0)?.statement
    const byRebuilder = await freshestOf(lists, { ...asked, owners: [] })
    const ofThese = [
      [[ALICE], first],
      [[BOB], first],
    ]
    expect(byRebuilder.map(shown)).toEqual(ofThese)
    const freshness = await freshestOf(lists, { ...asked, owners: [identity.peerId] })
    expect(freshness.slice(0, 2).map(shown)).toEqual(ofThese)
    expect(new Set(freshness.slice(2).map(({ statement }) => statement))).toEqual(
      new Set(given.map(({ statement }) => statement)),
    )
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
    const now = await checked([], { policy, bundles })
    expect(now.sources).toMatchObject([{ node: 'a.bundle', failure: null }])
    const late = await checked([], { policy, bundles, now: Date.now() + 8 * DAY })
    expect(late.failures[0]).toContain('is out of date')
  })
})

const strange = (count: number): readonly string[] =>
  Array.from({ length: count }, () => randomBytes(20).toString('hex').toUpperCase())

test('who asks for 2,000 rebuilders again and for another one costs the main thread that one', async () => {
  const { repository } = await openTestNode()
  const costOf = async (names: readonly string[]): Promise<number> => {
    const before = performance.eventLoopUtilization()
    expect(await repository.freshness(new Set(names), new Set())).toEqual([])
    return performance.eventLoopUtilization(before).active
  }
  await costOf(strange(2_000))
  const names = strange(2_000)
  const first = await costOf(names)
  expect(await costOf([...names.slice(1), ...strange(1)])).toBeLessThan(first / 2)
})
