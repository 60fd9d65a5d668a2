import * as openpgp from 'openpgp'
import { readPublicKeys, type PublicKey } from '../../src/certification/signatures/public-key.ts'

/** Somebody who signs, with a key that was made for one test. */
export interface TestRebuilder {
  readonly secret: openpgp.PrivateKey
  readonly publicKey: PublicKey
}

const EASY: openpgp.PartialConfig = {
  rejectCurves: new Set(),
  rejectMessageHashAlgorithms: new Set(),
}

export async function rebuilder(
  options: Partial<openpgp.KeyOptions> & { config?: openpgp.PartialConfig } = {},
): Promise<TestRebuilder> {
  const { privateKey } = await openpgp.generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Test', email: 'test@rebuilder.example' }],
    date: new Date('2026-01-01T00:00:00Z'),
    ...options,
    config: { ...EASY, ...options.config },
    format: 'object',
  })
  return { secret: privateKey, publicKey: await publicKeyOf(privateKey) }
}

export async function publicKeyOf(key: openpgp.Key): Promise<PublicKey> {
  const [read] = await readPublicKeys(new Uint8Array(key.toPublic().write()))
  if (read === undefined) throw new Error('no key')
  return read
}

const LATER = new Date('2026-06-01T00:00:00Z')

export async function clearsign(
  text: string,
  signers: readonly TestRebuilder[],
  options: {
    date?: Date
    config?: openpgp.PartialConfig
    /** Which of their keys sign; absent: as the program chooses. */
    signingKeyIDs?: readonly openpgp.KeyID[]
  } = {},
): Promise<string> {
  return openpgp.sign({
    message: await openpgp.createCleartextMessage({ text }),
    signingKeys: signers.map(({ secret }) => secret),
    signingKeyIDs: [...(options.signingKeyIDs ?? [])],
    date: options.date ?? LATER,
    config: { ...EASY, ...options.config },
  })
}

export async function detachedSignature(
  document: Uint8Array,
  signer: TestRebuilder,
  options: { date?: Date; config?: openpgp.PartialConfig } = {},
): Promise<Uint8Array> {
  const signature: unknown = await openpgp.sign({
    message: await openpgp.createMessage({ binary: document }),
    signingKeys: signer.secret,
    detached: true,
    format: 'binary',
    date: options.date ?? LATER,
    config: { ...EASY, ...options.config },
  })
  if (!(signature instanceof Uint8Array)) throw new TypeError('not binary')
  return signature
}
