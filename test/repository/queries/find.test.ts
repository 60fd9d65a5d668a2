import { expect, onTestFinished, test } from 'vitest'
import type { Query } from '../../../src/contract/repository.ts'
import { debianText } from '../../support/debian-text.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** Some artifacts of it: name and SHA-256. */
const artifactsOf = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/^ ([\da-f]{64}) \d+ (\S+)$/gm)].map(([, hex = '', name = '']) => [name, hex])

/** Every checksum keeps its first 16 bytes, twice what a key has of it, and ends otherwise. */
const beginningAlike = (text: string): string =>
  text.replaceAll(
    /^( [\da-f]{32})([\da-f]{32,}) /gm,
    (_, first: string, rest: string) =>
      `${first}${rest.startsWith('0') ? '1' : '0'}${rest.slice(1)} `,
  )

test('what only begins like the checksum that is asked for, or has it under another name, is not found', async () => {
  const opened = await openTestData(await temporaryDirectory())
  onTestFinished(() => opened.close())
  const { repository } = opened
  const submit = async (text: string): Promise<string> => {
    const who = await rebuilder()
    const bytes = new TextEncoder().encode(await clearsign(text, [who]))
    const keys = who.publicKey.bytes
    const [outcome] = await repository.submit({ collection: 'debian', bytes, keys })
    if (outcome === undefined || !('receipt' in outcome)) throw new Error('it was not taken')
    return outcome.receipt.id
  }
  const text = debianText({})
  const other = beginningAlike(text)
  const [honest, alike] = [await submit(text), await submit(other)]
  const find = async (query: Query) => (await repository.find(query)).items.map(({ id }) => id)
  const [first, second] = artifactsOf(text)
  const [lie] = artifactsOf(other)
  if (first === undefined || second === undefined || lie === undefined) throw new Error('none')
  expect([lie[0], lie[1].slice(0, 32)]).toEqual([first[0], first[1].slice(0, 32)])
  expect(await find({ sha256: first[1] })).toEqual([honest])
  expect(await find({ sha256: lie[1] })).toEqual([alike])
  expect(await find({ sha256: first[1], artifact: first[0] })).toEqual([honest])
  expect(await find({ sha256: first[1], artifact: second[0] })).toEqual([])
  expect(await find({ sha256: first[1], md5: '0'.repeat(32) })).toEqual([])
})
