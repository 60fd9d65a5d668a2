import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, asyncProperty, shuffledSubarray } from 'fast-check'
import * as openpgp from 'openpgp'
import { expect, test } from 'vitest'
import { concat } from '../../src/certification/signatures/octets.ts'
import type { OpenRepository } from '../../src/repository/opened-repository.ts'
import { debianText } from '../support/debian-text.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { rawSignature, written } from '../support/raw-signature.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const { signature: types, reasonForRevocation: reasons } = openpgp.enums
const date = (month: number): Date => new Date(Date.UTC(2026, month, 1))

const reason = (flag: number) => ({
  reasonForRevocationFlag: flag,
  reasonForRevocationString: '',
})

interface Said {
  readonly fields?: object
  readonly userID?: object
  readonly bind?: object
}

type Happening = (node: OpenRepository) => Promise<unknown>

/** Copies of one key, revocations alone, and what it has signed: each can come at any time. */
async function happenings(): Promise<readonly Happening[]> {
  const by = await rebuilder({ subkeys: [{ sign: true }], date: date(0) })
  const { secret } = by
  const key = secret.keyPacket
  const publicKey = secret.toPublic()
  const primary = written([publicKey.keyPacket])
  const whole = publicKey.write()
  const bind = publicKey.subkeys[0]!.keyPacket
  const userID = publicKey.users[0]!.userID!
  const other = openpgp.UserIDPacket.fromObject({ name: 'Other' })
  const flags = { keyFlags: new Uint8Array([3]) }
  const ends = (days: number) => ({
    ...flags,
    keyNeverExpires: false,
    keyExpirationTime: days * 86_400,
  })
  const make = (
    type: openpgp.enums.signature,
    month: number,
    { fields = {}, ...data }: Said = {},
  ) => rawSignature(secret, { type, data: { key, ...data }, date: date(month), fields })
  const copies = [
    new Uint8Array(whole),
    concat([
      primary,
      written([userID, await make(types.certGeneric, 1, { userID, fields: ends(400) })]),
      written([other, await make(types.certGeneric, 2, { userID: other, fields: ends(100) })]),
    ]),
    concat([
      primary,
      written([other, await make(types.certRevocation, 3, { userID: other })]),
      written([userID, await make(types.certRevocation, 2, { userID })]),
    ]),
    concat([
      primary,
      written([userID, await make(types.certGeneric, 4, { userID, fields: ends(300) })]),
      written([bind, await make(types.subkeyRevocation, 5, { bind, fields: reason(1) })]),
    ]),
    written([await make(types.subkeyRevocation, 4, { bind, fields: reason(reasons.keyRetired) })]),
    written([await make(types.keyRevocation, 6, { fields: reason(reasons.keySuperseded) })]),
    written([await make(types.keyRevocation, 5, { fields: reason(reasons.keySuperseded) })]),
    concat([primary, written([await make(types.key, 3, { fields: ends(200) })])]),
  ]
  const documents = await Promise.all(
    [1, 3, 5, 7, 9].map((month) =>
      clearsign(debianText({ version: `1.${month}` }), [by], { date: date(month) }),
    ),
  )
  return [
    ...copies.map(
      (bytes): Happening =>
        ({ repository }) =>
          repository.addKeys(bytes),
    ),
    ...documents.map(
      (text): Happening =>
        ({ repository }) =>
          repository.submit({ collection: 'debian', bytes: new TextEncoder().encode(text) }),
    ),
  ]
}

async function statesOf(node: OpenRepository): Promise<readonly string[]> {
  await node.followed()
  const { items } = await node.repository.find({ collection: 'debian', limit: 50 })
  return items.map(({ id, state }) => `${id.slice(0, 16)} ${state}`).toSorted()
}

test('two nodes say the same in the end, whatever came first, and so does one whose indexes were made anew', async () => {
  const all = await happenings()
  const some = shuffledSubarray([...all.keys()], { minLength: 6 })
  const order = shuffledSubarray([...all.keys()], { minLength: all.length })
  await assert(
    asyncProperty(some, order, async (one, whole) => {
      const other = whole.filter((at) => one.includes(at))
      const folder = await temporaryDirectory()
      const first = await openTestData(folder)
      for (const at of one) await all[at]!(first)
      const said = await statesOf(first)
      await first.close()
      const second = await openTestData(await temporaryDirectory())
      for (const at of other) await all[at]!(second)
      expect(await statesOf(second)).toEqual(said)
      await second.close()
      await rm(join(folder, 'indexes'), { recursive: true })
      const again = await openTestData(folder)
      await again.caughtUp()
      expect(await statesOf(again)).toEqual(said)
      await again.close()
    }),
    // a revocation of a subkey alone comes when its key is known without that subkey, or before its key
    {
      numRuns: 5,
      endOnFailure: true,
      examples: [
        [
          [7, 4, 12, 2, 9, 0],
          [1, 8, 9, 6, 3, 4, 5, 10, 0, 7, 11, 12, 2],
        ],
      ],
    },
  )
})
