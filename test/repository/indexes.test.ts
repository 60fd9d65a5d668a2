import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { array, assert, asyncProperty, nat } from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Config } from '../../src/config/config.ts'
import { openLogger } from '../../src/base/logger.ts'
import { reindex } from '../../src/stopped-node.ts'
import type { NodeRepository } from '../../src/contract/node-repository.ts'
import { debianText } from '../support/debian-text.ts'
import { indexRows } from '../support/index-rows.ts'
import { dataBytes, namesIn } from '../support/inputs.ts'
import { narrowedCopy, renamedCopy, revokedCopy, sharingCopy } from '../support/key-changes.ts'
import { openTestData, testConfig } from '../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const COLLECTIONS: Config['collections'] = [
  { name: 'debian', dialect: 'debian', admit: 'unverified' },
  { name: 'maven', dialect: 'jvm', admit: 'any' },
  { name: 'rebuilderd', dialect: 'in-toto', admit: 'unverified' },
]
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const LINK = 'librust-as-slice-dev_0.2.1-1+b2_amd64'
const silent = openLogger('silent')

/** What a history is made of; each step can come at any time and any number of times. */
type Step = (repository: NodeRepository) => Promise<unknown>
const steps: Step[] = []
/** Where those begin that change keys. */
let changing = 0

beforeAll(async () => {
  const people = [await rebuilder(), await rebuilder(), await rebuilder()]
  for (const who of people) {
    steps.push((repository) => repository.addKeys(keysOf(who)))
    for (const version of ['1.0-1', '1:2.0~rc1+dfsg-3']) {
      const signed = bytes(await clearsign(debianText({ version }), [who]))
      steps.push((repository) => repository.submit({ collection: 'debian', bytes: signed }))
    }
  }
  for (const name of namesIn('jvm/signed').filter((one) => one.endsWith('.alice.clearsigned')))
    steps.push((repository) =>
      repository.submit({ collection: 'maven', bytes: dataBytes(`jvm/signed/${name}`) }),
    )
  steps.push((repository) => repository.addKeys(dataBytes('hello/alice.asc')))
  // a link says nothing of when it was signed: another name for it is another time at which it was accepted
  const link = dataBytes(`in-toto/${LINK}.in-toto.link`)
  for (const alias of [undefined, ['a', 'b.link'], ['a', 'c.link']])
    steps.push((repository) => repository.submit({ collection: 'rebuilderd', bytes: link, alias }))
  steps.push((repository) =>
    repository.addKeys(dataBytes('in-toto/reproduce-debian-net-amd64.pub')),
  )
  changing = steps.length
  for (const step of await changingKeys()) steps.push(step)
})

describe('the indexes', () => {
  it('that are rebuilt from the feeds equal those that grew, whatever the history', async () => {
    const histories = array(nat({ max: 1000 }), { minLength: 1, maxLength: 24 })
    await assert(
      asyncProperty(histories, async (choices) => {
        const data = await temporaryDirectory()
        await live(data, choices)
        const grown = await indexRows(data)
        await reindex(await testConfig(data, { collections: COLLECTIONS }), silent, () => undefined)
        expect(await indexRows(data)).toEqual(grown)
      }),
      { numRuns: 16, examples: [[history(1, 5, 0, 2)], [history(5, 1, 6, 4, 3, 9)]] },
    )
  })

  it('that lag behind, as after a crash between append and index, catch up without loss or doubles', async () => {
    const data = await temporaryDirectory()
    const older = await temporaryDirectory()
    await live(data, [0, 1, 2, 3])
    await cp(join(data, 'indexes'), join(older, 'indexes'), { recursive: true })
    await live(data, [4, 5, 6, 7, 8, 9])
    const grown = await indexRows(data)
    await rm(join(data, 'indexes'), { recursive: true })
    await cp(join(older, 'indexes'), join(data, 'indexes'), { recursive: true })
    await live(data, [])
    expect(await indexRows(data)).toEqual(grown)
  })

  it('can be deleted while the node is stopped: nothing that was acknowledged is gone', async () => {
    const data = await temporaryDirectory()
    const before = await live(
      data,
      steps.map((_, at) => at),
    )
    await rm(join(data, 'indexes'), { recursive: true })
    const after = await live(data, [])
    expect(after).toEqual(before)
  })
})

/** Keys that are revoked, renamed, that may not sign any more, and a subkey that two keys share. */
async function changingKeys(): Promise<readonly Step[]> {
  const owner = await rebuilder({ subkeys: [{ sign: true }] })
  const other = await rebuilder()
  const [revoked, renamed] = [await revokedCopy(other), await renamedCopy(other, 'new@example.org')]
  const copies = [
    owner.publicKey.bytes,
    await sharingCopy(owner, other),
    await narrowedCopy(owner),
    renamed.bytes,
    revoked.bytes,
  ]
  const files = await Promise.all(
    ['3.0-1', '4.0-1'].map(async (version) => [
      bytes(await clearsign(debianText({ version }), [owner])),
      bytes(await clearsign(debianText({ version }), [other])),
    ]),
  )
  return [
    ...copies.map(
      (copy): Step =>
        (repository) =>
          repository.addKeys(copy),
    ),
    ...files.flat().map(
      (file): Step =>
        (repository) =>
          repository.submit({ collection: 'debian', bytes: file }),
    ),
    (repository) =>
      Promise.all([repository.addKeys(revoked.bytes), repository.addKeys(renamed.bytes)]),
    (repository) =>
      Promise.all(
        [other.publicKey, renamed].map((key) =>
          repository.submit({
            collection: 'debian',
            bytes: files[0]?.[1] ?? bytes(''),
            keys: key.bytes,
          }),
        ),
      ),
  ]
}

const history = (...choices: readonly number[]): number[] => choices.map((at) => at + changing)

const keysOf = ({ publicKey }: TestRebuilder): Uint8Array => bytes(armorPublicKey(publicKey.bytes))

/** Opens a node, takes the steps, waits until everything is indexed, tells what it has, and closes. */
async function live(data: string, choices: readonly number[]): Promise<readonly string[]> {
  const opened = await openTestData(data, { collections: COLLECTIONS })
  try {
    for (const choice of choices) {
      const step = steps[choice % steps.length]
      // a gradle file has no version: it is refused, which is a step too
      await step?.(opened.repository).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error)) throw error
      })
    }
    await opened.caughtUp()
    const { items } = await opened.repository.find({ limit: 1000 })
    return items.map((item) => JSON.stringify(item))
  } finally {
    await opened.close()
  }
}
