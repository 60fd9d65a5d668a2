import { armor, enums, readSignature } from 'openpgp'
import { expect, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import { debianText } from '../../support/debian-text.ts'
import { renamedCopy } from '../../support/key-changes.ts'
import { keyOfLinks } from '../../support/link.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { BROWSER, form, get, openDoor, post } from '../door.ts'

const SIGNATURE = '-----BEGIN PGP SIGNATURE-----'

/** The text of the first with the signatures of both. */
async function joined(one: string, other: string): Promise<string> {
  const [text = ''] = one.split(SIGNATURE)
  const packets = await Promise.all(
    [one, other].map(async (message) => {
      const armored = message.slice(message.indexOf(SIGNATURE))
      const written: unknown = (await readSignature({ armoredSignature: armored })).write()
      return written instanceof Uint8Array ? written : new Uint8Array()
    }),
  )
  return text + armor(enums.armor.signature, Buffer.concat(packets))
}

test('a newer form of a known key, a bad signature by it and one by an unknown key are refused at once', async () => {
  const { app } = await openDoor()
  const [known, unknown] = [await rebuilder(), await rebuilder()]
  await post(app, '/keys', armorPublicKey(known.publicKey.bytes))
  const newer = await renamedCopy(known, 'new@rebuilder.example')
  const text = debianText({ version: '1' })
  const document = await joined(
    await clearsign(text, [unknown]),
    await clearsign(debianText({ version: '2' }), [known]),
  )
  const body = form([
    { name: 'key', bytes: Buffer.from(armorPublicKey(newer.bytes)) },
    { name: 'file', bytes: Buffer.from(document) },
  ])
  const answer = await app.inject({ method: 'POST', url: '/debian', ...body })
  expect(answer.statusCode).toBe(403)
  expect((await get(app, '/status')).json()).toMatchObject({ waiting: { items: 0 } })
})

test.each([
  ['a whole key in PEM', keyOfLinks().pem.replaceAll('\n', ' ').trim()],
  ['where one begins', '-----BEGIN PUBLIC KEY-----'],
])('an OpenPGP key whose name is %s is that key, and no other', async (_, name) => {
  const { app } = await openDoor()
  const odd = await rebuilder({ userIDs: [{ name }] })
  const { fingerprint } = odd.publicKey
  const armored = armorPublicKey(odd.publicKey.bytes)
  expect((await post(app, '/keys', armored)).statusCode).toBe(201)
  expect((await get(app, `/keys/${fingerprint}`)).body).toBe(armored)
  expect((await post(app, '/keys', armored)).json()).toMatchObject([{ fingerprint, added: false }])
  const certification = await clearsign(debianText({ version: '1' }), [odd])
  const answer = await post(app, '/debian', certification)
  expect(answer.statusCode).toBe(201)
  expect(answer.json()).toMatchObject({ state: 'verified', rebuilder: fingerprint })
  expect((await get(app, `/rebuilders/${fingerprint}`, BROWSER)).statusCode).toBe(200)
})
