import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, asyncProperty, shuffledSubarray } from 'fast-check'
import * as openpgp from 'openpgp'
import { expect, test } from 'vitest'
import { readPolicy } from '../../src/certification/policy.ts'
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

/** Copies of one key, revocations alone, and what it and its subkey have signed: each can come at any time. */
async function happenings() {
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
    concat([
      primary,
      written([other, await make(types.certGeneric, 2, { userID: other, fields: flags })]),
      written([await make(types.subkeyRevocation, 7, { bind, fields: reason(1) })]),
    ]),
  ]
  const documents = await Promise.all(
    [1, 3, 5, 7, 9].flatMap((month) =>
      [secret.getKeyID(), publicKey.subkeys[0]!.getKeyID()].map((keyId) =>
        clearsign(debianText({ version: `1.${month}` }), [by], {
          date: date(month),
          signingKeyIDs: [keyId],
        }),
      ),
    ),
  )
  const happening = [
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
  return { happening, subkey: publicKey.subkeys[0]!.getFingerprint().toUpperCase() }
}

/** Of each certification its state, and of each version how many the policy names. */
async function statesOf(node: OpenRepository): Promise<readonly string[]> {
  await node.caughtUp()
  const { items } = await node.repository.find({ collection: 'debian', limit: 50 })
  const tallies = [1, 3, 5, 7, 9].map(async (month) => {
    const path = ['debian', 'hello', `1.${month}`]
    return `${path.join('/')} ${JSON.stringify(await node.repository.tallyOfVersion(path))}`
  })
  const states = items.map(({ id, state }) => `${id.slice(0, 16)} ${state}`)
  return [...states, ...(await Promise.all(tallies))].toSorted()
}

test('two nodes say the same in the end, whatever came first, and so does one whose indexes were made anew', async () => {
  const { happening: all, subkey } = await happenings()
  const policy = readPolicy({ threshold: 1, operator: [{ name: 'ann', keys: [subkey] }] })
  const naming = { pagesPolicy: { path: 'policy.toml', policy } }
  const some = shuffledSubarray([...all.keys()], { minLength: 6 })
  const order = shuffledSubarray([...all.keys()], { minLength: all.length })
  await assert(
    asyncProperty(some, order, async (one, whole) => {
      const other = whole.filter((at) => one.includes(at))
      const folder = await temporaryDirectory()
      const first = await openTestData(folder, naming)
      for (const at of one) await all[at]!(first)
      const said = await statesOf(first)
      await first.close()
      const second = await openTestData(await temporaryDirectory(), naming)
      for (const at of other) await all[at]!(second)
      expect(await statesOf(second)).toEqual(said)
      await second.close()
      await rm(join(folder, 'indexes'), { recursive: true })
      const again = await openTestData(folder, naming)
      await again.caughtUp()
      expect(await statesOf(again)).toEqual(said)
      await again.close()
    }),
    // a revocation of a subkey alone comes when its key is known without that subkey, or before its key; and one in a copy of the key
    // without that subkey comes before the subkey, which names the key, or behind it
    {
      numRuns: 5,
      endOnFailure: true,
      examples: [
        [
          [7, 4, 18, 2, 12, 0],
          [1, 10, 12, 6, 3, 4, 5, 14, 0, 7, 16, 18, 2],
        ],
        [
          [8, 13, 14, 0],
          [0, 14, 13, 8],
        ],
      ],
    },
  )
})
