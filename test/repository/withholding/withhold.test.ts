import { describe, expect, onTestFinished, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import type { Receipt, SubmitOutcome } from '../../../src/contract/submission.ts'
import { debianText } from '../../support/debian-text.ts'
import { filesWith } from '../../support/files-with.ts'
import { expectSameWhenReindexed } from '../../support/same-when-reindexed.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const REASON = { reason: 'It names a person.', code: 'privacy' } as const
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function receiptOf([outcome]: readonly SubmitOutcome[]): Receipt {
  if (outcome === undefined || !('receipt' in outcome)) throw new Error('it waits')
  return outcome.receipt
}

/** Signed texts by one rebuilder, whose key the node has. */
async function texts(opened: OpenRepository, count: number): Promise<readonly string[]> {
  const alice = await rebuilder()
  await opened.repository.addKeys(bytes(armorPublicKey(alice.publicKey.bytes)))
  return Promise.all(
    Array.from({ length: count }, (_, at) =>
      clearsign(debianText({ source: `hello${at}` }), [alice]),
    ),
  )
}

async function submitAll(opened: OpenRepository, signed: readonly string[]) {
  const outcomes = await Promise.all(
    signed.map((text) => opened.repository.submit({ collection: 'debian', bytes: bytes(text) })),
  )
  return outcomes.map(receiptOf)
}

describe('withholding one of a block of many', () => {
  test('leaves the others, with the receipts that they had, also in an index that is built again', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    const signed = await texts(opened, 6)
    const receipts = await submitAll(opened, signed)
    const inBlockOf = ({ sequence }: Receipt) => receipts.filter((one) => one.sequence === sequence)
    const last = receipts.findLast((one) => inBlockOf(one).length > 1)
    if (last === undefined) throw new Error('every block has one')
    const [feed] = opened.ownFeeds().filter(({ key }) => key === last.feed)
    if (feed === undefined) throw new Error('it is in no own feed')
    expect(await opened.withhold({ ids: [last.id] }, REASON)).toEqual({
      withheld: [last.id],
      left: 0,
    })
    expect(await opened.repository.certification(last.id)).toBeUndefined()
    expect(await opened.repository.served(last.id)).toBeUndefined()
    expect(feed.has(last.sequence)).toBe(false)
    expect(feed.has(last.sequence + 1)).toBe(true)
    expect(await opened.repository.withheld(last.id)).toMatchObject({ ...REASON, feed: feed.key })
    const left = receipts.filter(({ id }) => id !== last.id)
    const { items } = await opened.repository.find({})
    expect(items.map(({ id }) => id)).toEqual(left.map(({ id }) => id).toSorted())
    for (const { id } of left) expect(await opened.repository.served(id)).toBeDefined()
    for (const [at, text] of signed.entries()) {
      if (receipts[at]?.id === last.id) continue
      const again = await opened.repository.submit({ collection: 'debian', bytes: bytes(text) })
      expect(again).toEqual([{ status: 'known', receipt: receipts[at] }])
    }
    await opened.close()
    await expectSameWhenReindexed(data)
  })
})

describe('withholding one after the other', () => {
  test('out of one block, at once and later, keeps the receipts of what is left', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    const signed = await texts(opened, 8)
    const receipts = await submitAll(opened, signed)
    const blocks = receipts.map(({ sequence }) =>
      receipts.filter((one) => one.sequence === sequence).map(({ id }) => id),
    )
    const [together = []] = blocks.toSorted((one, other) => other.length - one.length)
    expect(together.length).toBeGreaterThan(4)
    const gone = new Set<string>()
    for (const ids of [together.slice(0, 2), together.slice(2, 3), together.slice(3, 4)]) {
      expect(await opened.withhold({ ids }, REASON)).toEqual({ withheld: ids, left: 0 })
      expect(await opened.withhold({ ids }, REASON)).toEqual({ withheld: [], left: 0 })
      for (const id of ids) gone.add(id)
      for (const [at, text] of signed.entries()) {
        const receipt = receipts[at]
        const again = opened.repository.submit({ collection: 'debian', bytes: bytes(text) })
        if (gone.has(receipt?.id ?? ''))
          await expect(again).rejects.toMatchObject({ code: 'WITHHELD' })
        else expect(await again).toEqual([{ status: 'known', receipt }])
      }
    }
    const { collections } = await opened.repository.status()
    expect(collections.find(({ name }) => name === 'debian')?.certifications).toBe(4)
    await opened.close()
    await expectSameWhenReindexed(data)
  })

  test('also takes all that a rebuilder certified, or that stands below a path, and nothing else', async () => {
    const opened = await openTestData(await temporaryDirectory())
    onTestFinished(() => opened.close())
    const [first] = await submitAll(opened, await texts(opened, 3))
    const [other, second] = await submitAll(opened, await texts(opened, 2))
    const rebuilderOf = first?.rebuilder ?? ''
    const three = await opened.withhold({ rebuilder: rebuilderOf.toLowerCase() }, REASON)
    expect(three.withheld).toHaveLength(3)
    const found = (await opened.repository.find({})).items.map(({ id }) => id)
    expect(new Set(found)).toEqual(new Set([other?.id, second?.id]))
    await opened.withhold({ collection: 'debian', source: 'hello1/2.10-3' }, REASON)
    expect((await opened.repository.find({})).items.map(({ id }) => id)).toEqual([other?.id])
    expect((await opened.repository.listWithheld({ limit: 9 })).items).toHaveLength(4)
    await expect(opened.withhold({ rebuilder: '0'.repeat(40) }, REASON)).rejects.toMatchObject({
      code: 'CERTIFICATION_NOT_FOUND',
    })
  })
})

describe('what is withheld', () => {
  test('leaves no trace of its text in any file of the node', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    const alice = await rebuilder()
    const secret = 'distinctive-spam-text'
    const keys = bytes(armorPublicKey(alice.publicKey.bytes))
    const text = await clearsign(debianText({ source: secret }), [alice])
    const submit = (signed: string) =>
      opened.repository.submit({ collection: 'debian', bytes: bytes(signed), keys })
    const { id } = receiptOf(await submit(text))
    const other = receiptOf(await submit(await clearsign(debianText({}), [alice])))
    expect(await filesWith(data, secret)).not.toEqual([])
    await opened.withhold({ ids: [id] }, REASON)
    expect(await filesWith(data, secret)).toEqual([])
    expect(await filesWith(data, Buffer.from(secret).toString('base64').slice(0, 24))).toEqual([])
    expect(await opened.repository.certification(other.id)).toBeDefined()
    await opened.close()
    expect(await filesWith(data, secret)).toEqual([])
  })
})
