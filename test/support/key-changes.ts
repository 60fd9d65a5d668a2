import * as openpgp from 'openpgp'
import type { PublicKey } from '../../src/certification/signatures/public-key.ts'
import { rawSignature, written } from './raw-signature.ts'
import { publicKeyOf, type TestRebuilder } from './rebuilder.ts'
const { reasonForRevocation, signature: types } = openpgp.enums

/** A copy of the key in which its owner says that it is compromised. */
export async function revokedCopy({ secret }: TestRebuilder): Promise<PublicKey> {
  const { privateKey } = await openpgp.revokeKey({
    key: secret,
    reasonForRevocation: { flag: reasonForRevocation.keyCompromised, string: '' },
    date: new Date('2026-07-01T00:00:00Z'),
    format: 'object',
  })
  return publicKeyOf(privateKey)
}

/** A copy of the key with another user id. */
export async function renamedCopy({ secret }: TestRebuilder, email: string): Promise<PublicKey> {
  const { privateKey } = await openpgp.reformatKey({
    privateKey: secret,
    userIDs: [{ name: 'New', email }],
    date: new Date('2026-08-01T00:00:00Z'),
    format: 'object',
  })
  return publicKeyOf(privateKey)
}

/** A copy of the key with so many newer user ids that there is no room for an older subkey. */
export async function crowdedCopy({ secret }: TestRebuilder): Promise<PublicKey> {
  const { privateKey } = await openpgp.reformatKey({
    privateKey: secret,
    userIDs: Array.from({ length: 50 }, (_, at) => ({ name: `Name ${at}` })),
    date: new Date('2026-08-01T00:00:00Z'),
    format: 'object',
  })
  return publicKeyOf(privateKey)
}

/** A copy of the key whose owner says that its subkey encrypts, and signs no more. */
export async function narrowedCopy({ secret }: TestRebuilder): Promise<Uint8Array> {
  const bind = subkeyOf(secret.toPublic()).keyPacket
  const binding = await rawSignature(secret, {
    type: types.subkeyBinding,
    data: { key: secret.keyPacket, bind },
    date: new Date('2026-07-01T00:00:00Z'),
    fields: { keyFlags: Uint8Array.of(4) },
  })
  return Buffer.concat([secret.toPublic().write(), written([bind, binding])])
}

/** The key of `other` with the signing subkey of `owner` beside it; that agrees to sign for both. */
export async function sharingCopy(owner: TestRebuilder, other: TestRebuilder): Promise<Uint8Array> {
  const subkey = subkeyOf(owner.secret)
  const data = { key: other.secret.keyPacket, bind: subkey.keyPacket }
  const date = new Date('2026-02-01T00:00:00Z')
  const back = await rawSignature(subkey, { type: types.keyBinding, data, date })
  const fields = { keyFlags: Uint8Array.of(2), embeddedSignature: back }
  const binding = await rawSignature(other.secret, {
    type: types.subkeyBinding,
    data,
    date,
    fields,
  })
  const bind = subkeyOf(owner.secret.toPublic()).keyPacket
  return Buffer.concat([other.secret.toPublic().write(), written([bind, binding])])
}

function subkeyOf(key: openpgp.Key): openpgp.Subkey {
  const [subkey] = key.subkeys
  if (subkey === undefined) throw new Error('a key without a subkey')
  return subkey
}
