import { expect, onTestFinished, test } from 'vitest'
import type { KeyID } from 'openpgp'
import type { Agreement } from '../../src/contract/agreement.ts'
import type { RebuilderDetail } from '../../src/contract/rebuilder-detail.ts'
import { buildServer } from '../../src/http/server.ts'
import { debianText } from '../support/debian-text.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { checkOne, listening, policyOf } from '../check/checking.ts'
import { get, post, SETTINGS } from './door.ts'

const AGREES = { compared: 2, agreeing: 2 }
const VERSION = 'debian/hello/2.10-3'

/** Carol has a subkey that signs; a copy of her key is without it. */
async function carolAndOthers() {
  const carol = await rebuilder({ subkeys: [{ sign: true }] })
  const copy = carol.secret.toPublic()
  const [subkey] = copy.subkeys
  if (subkey === undefined) throw new Error('no subkey')
  copy.subkeys = []
  const signed = async (keyId: KeyID, date: string) =>
    Buffer.from(await clearsign(debianText({ date }), [carol], { signingKeyIDs: [keyId] }))
  return {
    fingerprint: carol.publicKey.fingerprint,
    subkey: subkey.getFingerprint().toUpperCase(),
    whole: Buffer.from(carol.publicKey.bytes),
    without: Buffer.from(copy.write()),
    byPrimary: await signed(carol.secret.getKeyID(), 'Mon, 01 Jan 2024 00:00:00 +0000'),
    bySubkey: await signed(subkey.getKeyID(), 'Tue, 02 Jan 2024 00:00:00 +0000'),
    other: await rebuilder(),
  }
}

/** A node whose pages name carol by her subkey alone. */
async function openNaming(subkey: string) {
  const policy = policyOf({ carol: subkey }, 1)
  const opened = await openTestData(await temporaryDirectory(), {
    pagesPolicy: { path: 'policy.toml', policy },
  })
  const { repository } = opened
  const app = buildServer(repository, SETTINGS)
  onTestFinished(async () => {
    await app.close()
    await opened.close()
  })
  await app.ready()
  return { opened, app, repository, policy }
}

test('who is named by a subkey alone is one voter at every door, whatever she signs with and comes first', async () => {
  const { fingerprint, subkey, whole, without, byPrimary, bySubkey, other } = await carolAndOthers()
  const theirs = Buffer.from(await clearsign(debianText({}), [other]))
  for (const documents of [
    [byPrimary, bySubkey, theirs],
    [theirs, bySubkey, byPrimary],
  ]) {
    const door = await openNaming(subkey)
    const { app, opened, repository, policy } = door
    await post(app, '/keys', Buffer.from(other.publicKey.bytes))
    await post(app, '/keys', without)
    for (const document of documents) await post(app, '/debian', document)
    await opened.caughtUp()
    // until her subkey is known nobody can say whose key the policy lists
    expect(await repository.tallyOfVersion(VERSION.split('/'))).toMatchObject({
      named: { agreeing: 0, differing: 0, alone: 0 },
      others: { agreeing: 2 },
    })
    await post(app, '/keys', whole)
    await opened.caughtUp()
    const tallies = {
      named: { agreeing: 0, differing: 0, alone: 1, sides: [] },
      others: { agreeing: 1, differing: 0, alone: 0, sides: [] },
    }
    expect(await repository.tallyOfVersion(VERSION.split('/'))).toEqual(tallies)
    const { artifacts } = (await get(app, `/agreement/${VERSION}`)).json<Agreement>()
    for (const { groups, named, others } of artifacts) {
      expect({ named, others }).toEqual(tallies)
      const [group, ...more] = groups
      expect(more).toEqual([])
      expect(
        group?.rebuilders.map((one) => [one.fingerprint, one.operator, one.certifications.length]),
      ).toEqual([
        [fingerprint, 'carol', 2],
        [other.publicKey.fingerprint, null, 1],
      ])
    }
    const rateOf = async (who: string) =>
      (await get(app, `/rebuilders/${who}`)).json<RebuilderDetail>().agreement
    expect(await rateOf(fingerprint)).toEqual({ named: null, others: AGREES })
    expect(await rateOf(other.publicKey.fingerprint)).toEqual({ named: AGREES, others: null })
    const [first] = artifacts
    if (first === undefined) throw new Error('nothing is compared')
    const sha256 = first.groups[0]?.checksums.sha256 ?? ''
    const subject = { name: first.name, names: [{ name: first.name }], checksums: { sha256 } }
    const { result } = await checkOne(subject, [await listening(door)], policy)
    expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 1 })
    expect(result.votes[0]?.certifications).toHaveLength(2)
  }
})
