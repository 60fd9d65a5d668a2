import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  NO_OPERATORS,
  namedOperators,
} from '../../../src/certification/agreement/named-operators.ts'
import { newestClaimIds, newestClaims } from '../../../src/indexes/claims.ts'
import {
  deleteIndexes,
  openIndexes,
  type VisibleIndexes,
  withNothingHidden,
} from '../../../src/indexes/database.ts'
import { versionOf } from '../../../src/indexes/version-keys.ts'
import { contradictionsBy } from '../../../src/indexes/rebuilder-counts.ts'
import { staleTallies, tallyRow } from '../../../src/indexes/tallies.ts'
import {
  makeWorkBudget,
  PATH_ROW_COST,
  ROW_COST,
} from '../../../src/repository/work-budget/work-budget.ts'
import { noteNamedOperators } from '../../../src/repository/following/tally-scheduler.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import { rowsBelow } from '../../../src/repository/queries/rows-below.ts'
import { makeIndexLock } from '../../../src/repository/following/index-lock.ts'
import { makeTallyBatches } from '../../../src/repository/following/tally-batches.ts'
import { makeTally } from '../../../src/repository/following/tally.ts'
import { debianText } from '../../support/debian-text.ts'
import { revokedCopy } from '../../support/key-changes.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const HELLO = ['debian', 'hello', '2.10-3']
const DAY = 86_400_000
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

let [alice, bob, mallory]: TestRebuilder[] = []
beforeAll(async () => {
  ;[alice, bob, mallory] = await Promise.all([rebuilder(), rebuilder(), rebuilder()])
})
const nameOf = (who: TestRebuilder | undefined): string => who?.publicKey.fingerprint ?? ''

/** Who lies gives other checksums for the same names. */
const textOf = (lie?: number): string =>
  lie === undefined
    ? debianText({})
    : debianText({}).replaceAll(/^ ([\da-f]{32,64}) /gm, (_, hex: string) => {
        const other = (0x1000 + lie).toString(16)
        return ` ${other}${hex.slice(other.length)} `
      })

async function submit(
  { repository }: OpenRepository,
  who: TestRebuilder | undefined,
  { lie, date }: { readonly lie?: number; readonly date?: Date } = {},
): Promise<string> {
  if (who === undefined) throw new Error('nobody')
  const signed = bytes(await clearsign(textOf(lie), [who], date && { date }))
  const keys = who.publicKey.bytes
  const [outcome] = await repository.submit({ collection: 'debian', bytes: signed, keys })
  if (outcome?.status !== 'accepted') throw new Error('not taken')
  return outcome.receipt.id
}

const rateOf = async ({ repository }: OpenRepository, who: TestRebuilder | undefined) =>
  (await repository.rebuilders({ limit: 10 })).items.find(
    ({ fingerprint }) => fingerprint === nameOf(who),
  )?.agreement.others

async function openSome(data?: string): Promise<OpenRepository> {
  const opened = await openTestData(data ?? (await temporaryDirectory()))
  onTestFinished(() => opened.close())
  return opened
}

async function ids(claims: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { id } of claims) found.push(id)
  return found
}

/** The indexes of a node that has stopped. */
async function indexesOf(data: string): Promise<VisibleIndexes> {
  const indexes = withNothingHidden(await openIndexes(join(data, 'indexes')))
  onTestFinished(() => indexes.close())
  return indexes
}

describe('the tally of a version', () => {
  it('is right as soon as a certification is taken, withheld, restored, or its key revoked', async () => {
    const opened = await openSome()
    const { repository } = opened
    await submit(opened, alice)
    expect(await repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 0, differing: 0, alone: 1 },
    })
    await submit(opened, bob)
    expect(await repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 2, differing: 0, alone: 0 },
    })
    const id = await submit(opened, mallory, { lie: 1 })
    expect(await repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 2, differing: 1, alone: 0 },
    })
    const [agreeing, lying] = [await rateOf(opened, alice), await rateOf(opened, mallory)]
    expect(agreeing).toEqual({ compared: agreeing?.agreeing, agreeing: agreeing?.compared })
    expect(lying).toEqual({ compared: agreeing?.compared, agreeing: 0 })
    await opened.withhold({ ids: [id] }, { reason: 'a test', code: 'error' })
    expect(await repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 2, differing: 0, alone: 0 },
    })
    if (bob !== undefined) await repository.addKeys((await revokedCopy(bob)).bytes)
    expect(await repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 0, differing: 0, alone: 1 },
    })
    expect(await rateOf(opened, alice)).toBeNull()
  })

  it('counts what is dated in the future when it has come', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    await submit(opened, alice)
    await submit(opened, bob, { date: new Date(Date.now() + DAY) })
    await opened.caughtUp()
    expect(await opened.repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 0, alone: 1 },
    })
    await opened.close()
    const indexes = await indexesOf(data)
    const version = versionOf(HELLO)
    expect((await tallyRow(indexes, version))?.until).toBeGreaterThan(Date.now())
    const later = { indexes, namedOperators: () => NO_OPERATORS, now: () => Date.now() + 2 * DAY }
    const { row } = await makeTally(later, { version, segments: HELLO })
    expect(row).toMatchObject({ tallies: { others: { agreeing: 2 } }, until: null })
  })

  it('counts in rates what was dated in the future when it has come, as if it had never been', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    await submit(opened, alice)
    await submit(opened, bob, { date: new Date(Date.now() + DAY) })
    await opened.caughtUp()
    expect(await rateOf(opened, alice)).toBeNull()
    await opened.close()
    const clock = vi.spyOn(Date, 'now')
    onTestFinished(() => clock.mockRestore())
    clock.mockReturnValue(Date.now() + 2 * DAY)
    const later = await openTestData(data)
    await later.caughtUp()
    const rate = await rateOf(later, alice)
    expect(rate?.agreeing).toBeGreaterThan(0)
    await later.close()
    await deleteIndexes(join(data, 'indexes'))
    const anew = await openSome(data)
    await anew.caughtUp()
    expect(await rateOf(anew, alice)).toEqual(rate)
  })
})

it('a tally that names what was withheld meanwhile is not written, and no reader names it', async () => {
  const data = await temporaryDirectory()
  const opened = await openTestData(data)
  await submit(opened, alice)
  const id = await submit(opened, mallory, { lie: 1 })
  await opened.caughtUp()
  await opened.close()
  const indexes = await indexesOf(data)
  const named = async (from: VisibleIndexes) =>
    (await contradictionsBy(from, nameOf(mallory), 10)).flatMap((one) => one.certifications)
  expect(new Set(await named(indexes))).toEqual(new Set([id]))
  expect(await named({ ...indexes, isHidden: (one) => one === id })).toEqual([])

  const operators = namedOperators([{ name: 'alice', keys: [nameOf(alice)] }], [])
  const counted = { indexes, namedOperators: () => operators, now: Date.now }
  const note = { version: versionOf(HELLO), segments: HELLO }
  const before = await tallyRow(indexes, note.version)
  const made = async (isWithheld: (one: string) => boolean) => {
    await makeTallyBatches(counted, makeIndexLock(), isWithheld).makeUnlocked(note)
    return tallyRow(indexes, note.version)
  }
  expect(await made((one) => one === id)).toEqual(before)
  expect(await made(() => false)).not.toEqual(before)
})

describe('who certifies one version over and over', () => {
  it('is one voice, costs no more than 64 rows, and takes nobody out whom the policy names', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    await submit(opened, alice)
    await submit(opened, bob)
    for (let lie = 0; lie < 80; lie += 1) await submit(opened, mallory, { lie })
    await opened.caughtUp()
    expect(await opened.repository.tallyOfVersion(HELLO)).toMatchObject({
      others: { agreeing: 2, differing: 1 },
    })
    await opened.close()
    const indexes = await indexesOf(data)
    const version = versionOf(HELLO)
    const read: string[] = []
    for await (const claim of newestClaims(indexes, version, 64)) read.push(claim.rebuilder)
    expect(read.filter((one) => one === nameOf(mallory))).toHaveLength(64)
    expect(read.filter((one) => one !== nameOf(mallory))).toHaveLength(2)
    expect(await ids(newestClaimIds(indexes, version, 64))).toEqual(
      await ids(newestClaims(indexes, version, 64)),
    )
    const operators = [alice, bob].map((who, at) => ({ name: `${at}`, keys: [nameOf(who)] }))
    const parts = { indexes, namedOperators: () => namedOperators(operators, []), now: Date.now }
    // there is room for nobody but those who are named
    const { row } = await makeTally(parts, { version, segments: HELLO }, 0)
    expect(row.tallies.named).toMatchObject({ agreeing: 2, differing: 0, alone: 0 })
  })
})

it('finds what does not count in a version whatever somebody files beside it', async () => {
  const data = await temporaryDirectory()
  const opened = await openTestData(data)
  await submit(opened, alice)
  const id = await submit(opened, bob)
  for (let lie = 0; lie < 150; lie += 1) await submit(opened, mallory, { lie })
  if (bob !== undefined) await opened.repository.addKeys((await revokedCopy(bob)).bytes)
  await opened.caughtUp()
  expect((await opened.repository.agreement('debian', 'hello/2.10-3'))?.uncounted).toEqual([
    { id, state: 'key-revoked', rebuilder: nameOf(bob) },
  ])
  await opened.close()
  const indexes = await indexesOf(data)
  const found = await rowsBelow(
    {
      indexes,
      keyring: { isConfigured: () => false },
      namedOperators: NO_OPERATORS,
      dialect: 'debian',
      now: Date.now(),
      // what the 64 newest of one and a few others take
      budget: makeWorkBudget(70 * (ROW_COST + 2 * PATH_ROW_COST)),
    },
    HELLO,
  )
  expect(found.counted).toHaveLength(65)
  expect(found.uncounted.map(({ row }) => row.id)).toEqual([id])
  expect(found.truncated).toBe(true)
})

it('tells what others say of large builds too, behind those who submit them', async () => {
  const opened = await openSome()
  // twice as many artifacts as are counted while somebody waits
  const files = Array.from({ length: 1000 }, (_, at) => {
    const hex = at.toString(16).padStart(64, '0')
    return ` ${hex} 1000 file${at}_2.10-3_amd64.deb`
  })
  const text = debianText({}).replace(/^Checksums-Sha256:$/m, `$&\n${files.join('\n')}`)
  for (const who of [alice, bob, mallory, await rebuilder()]) {
    if (who === undefined) throw new Error('nobody')
    const signed = bytes(await clearsign(text, [who]))
    const keys = who.publicKey.bytes
    const [outcome] = await opened.repository.submit({ collection: 'debian', bytes: signed, keys })
    expect(outcome?.status).toBe('accepted')
  }
  await opened.caughtUp()
  expect(await opened.repository.tallyOfVersion(HELLO)).toMatchObject({
    others: { agreeing: 4, differing: 0, alone: 0 },
  })
  expect((await rateOf(opened, alice))?.agreeing).toBeGreaterThan(1000)
})

it('another policy has every tally made anew', async () => {
  const data = await temporaryDirectory()
  const opened = await openTestData(data)
  await submit(opened, alice)
  await opened.caughtUp()
  await opened.close()
  const indexes = await indexesOf(data)
  await noteNamedOperators(indexes, NO_OPERATORS)
  expect(await staleTallies(indexes, { limit: 10 })).toEqual([])
  await noteNamedOperators(indexes, namedOperators([{ name: 'alice', keys: [nameOf(alice)] }], []))
  expect((await staleTallies(indexes, { limit: 10 })).map(({ segments }) => segments)).toEqual([
    HELLO,
  ])
})

it('who gives a checksum that only begins like that of others says otherwise', async () => {
  const opened = await openSome()
  await submit(opened, alice)
  if (bob === undefined) throw new Error('nobody')
  const text = debianText({}).replaceAll(
    /^( [\da-f]{32})([\da-f]{32}) /gm,
    (_, first: string, rest: string) =>
      `${first}${rest.startsWith('0') ? '1' : '0'}${rest.slice(1)} `,
  )
  const signed = bytes(await clearsign(text, [bob]))
  await opened.repository.submit({ collection: 'debian', bytes: signed, keys: bob.publicKey.bytes })
  expect(await opened.repository.tallyOfVersion(HELLO)).toMatchObject({
    others: { agreeing: 0, differing: 2 },
  })
})
