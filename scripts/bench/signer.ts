/*
 * Rebuilders for the bench: OpenPGP v4 keys and signatures written as packets (RFC 4880), the mathematics by
 * node:crypto in its own threads, so that a hundred thousand certifications are signed in a minute or two.
 */
import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import {
  armor,
  cleartextOf,
  ECDSA,
  EDDSA,
  keyMaterial,
  mpi,
  packet,
  RSA,
  subpacket,
  uint32,
} from './packets.ts'
import { sized } from './sized.ts'

export interface Signer {
  readonly fingerprint: string
  /** Armored: primary key, one user id, its self-signature. */
  readonly publicKey: string
  clearsign(text: string): Promise<Buffer>
  /** Armored detached signature over these bytes. */
  detach(bytes: Uint8Array): Promise<Buffer>
}

const KINDS = {
  rsa4096: { count: sized(16, 1), make: () => rsa(sized(4096, 2048)) },
  rsa3072: { count: sized(64, 2), make: () => rsa(sized(3072, 2048)) },
  ed25519: { count: sized(80, 5), make: () => promisify(generateKeyPair)('ed25519') },
  p256: {
    count: sized(40, 2),
    make: () => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' }),
  },
} as const

/** How {@link makeSigners} mixes its keys, in words. */
export const KEY_MIX = '16 RSA 4096, 64 RSA 3072, 80 Ed25519, 40 ECDSA P-256'

const SIGNATURE = { binary: 0x00, text: 0x01, certification: 0x13 } as const
const HASH = { sha256: 8, sha512: 10 } as const
/** Keys are as old as this; what they sign is younger. */
const KEY_MADE = Math.floor(Date.parse('2024-01-01T00:00:00Z') / 1000)
const SIGNED = Math.floor(Date.parse('2026-06-01T00:00:00Z') / 1000)

let made: Promise<readonly Signer[]> | undefined

/** 200 keys (10 of a short run, whose RSA keys are small), the same in one process; those of one kind do not stand together. */
export async function makeSigners(): Promise<readonly Signer[]> {
  made ??= makeMixed()
  return made
}

async function makeMixed(): Promise<readonly Signer[]> {
  const kinds = Object.values(KINDS).flatMap(({ count, make }) =>
    Array.from({ length: count }, (_, at) => ({ make, rank: (at + 0.5) / count })),
  )
  kinds.sort((one, other) => one.rank - other.rank)
  return Promise.all(kinds.map(async ({ make }, at) => signerOf((await make()).privateKey, at)))
}

/** Keys that sign fastest. */
export function makeCheapSigners(count: number): Promise<readonly Signer[]> {
  const { make } = KINDS.ed25519
  return Promise.all(
    Array.from({ length: count }, async (_, at) => signerOf((await make()).privateKey, at)),
  )
}

const rsa = (modulusLength: number) => promisify(generateKeyPair)('rsa', { modulusLength })

async function signerOf(secret: KeyObject, at: number): Promise<Signer> {
  const { algorithm, body } = keyMaterial(secret)
  const key = Buffer.concat([Buffer.of(4), uint32(KEY_MADE), Buffer.of(algorithm), body])
  const framed = Buffer.concat([Buffer.of(0x99, key.length >> 8, key.length & 0xff), key])
  const fingerprint = createHash('sha1').update(framed).digest()
  const signing = { secret, algorithm, fingerprint }
  const userId = Buffer.from(`Rebuilder ${at} <rebuilder-${at}@rebuilders.example>`)
  const certified = Buffer.concat([framed, Buffer.of(0xb4), uint32(userId.length), userId])
  const own = await signaturePacket(signing, certified, 'certification')
  return {
    fingerprint: fingerprint.toString('hex').toUpperCase(),
    publicKey: armor('PUBLIC KEY BLOCK', Buffer.concat([packet(6, key), packet(13, userId), own])),
    async clearsign(text) {
      const { signed, shown } = cleartextOf(text)
      const signature = await signaturePacket(signing, Buffer.from(signed), 'text')
      const hash = hashOf(algorithm).toUpperCase()
      const head = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: ${hash}\n\n`
      return Buffer.from(`${head}${shown}\n${armor('SIGNATURE', signature)}`)
    },
    async detach(bytes) {
      return Buffer.from(armor('SIGNATURE', await signaturePacket(signing, bytes, 'binary')))
    },
  }
}

interface Signing {
  readonly secret: KeyObject
  readonly algorithm: number
  readonly fingerprint: Buffer
}

/** What gpg uses by default for these keys. */
const hashOf = (algorithm: number): keyof typeof HASH => (algorithm === ECDSA ? 'sha256' : 'sha512')

async function signaturePacket(
  { secret, algorithm, fingerprint }: Signing,
  content: Uint8Array,
  type: keyof typeof SIGNATURE,
): Promise<Buffer> {
  const hash = hashOf(algorithm)
  const own = type === 'certification'
  const hashed = Buffer.concat([
    subpacket(33, Buffer.concat([Buffer.of(4), fingerprint])),
    subpacket(2, uint32(own ? KEY_MADE : SIGNED)),
    ...(own ? [subpacket(27, Buffer.of(3))] : []),
  ])
  const part = Buffer.concat([
    Buffer.of(4, SIGNATURE[type], algorithm, HASH[hash], hashed.length >> 8, hashed.length & 0xff),
    hashed,
  ])
  const signed = Buffer.concat([content, part, Buffer.of(4, 0xff), uint32(part.length)])
  const digest = createHash(hash).update(signed).digest()
  const values = await valuesOf({ secret, algorithm, hash }, signed, digest)
  const unhashed = subpacket(16, fingerprint.subarray(12))
  const rest = Buffer.concat([Buffer.of(0, unhashed.length), unhashed, digest.subarray(0, 2)])
  return packet(2, Buffer.concat([part, rest, ...values.map(mpi)]))
}

const signAsync = promisify(
  (
    algorithm: string | null,
    { data, key }: { data: Buffer; key: Parameters<typeof sign>[2] },
    done: (error: Error | null, signature: Buffer) => void,
  ) => sign(algorithm, data, key, done),
)

async function valuesOf(
  { secret, algorithm, hash }: { secret: KeyObject; algorithm: number; hash: string },
  signed: Buffer,
  digest: Buffer,
): Promise<readonly Buffer[]> {
  if (algorithm === RSA) return [await signAsync(hash, { data: signed, key: secret })]
  const pair = await (algorithm === EDDSA
    ? signAsync(null, { data: digest, key: secret })
    : signAsync(hash, { data: signed, key: { key: secret, dsaEncoding: 'ieee-p1363' } }))
  return [pair.subarray(0, 32), pair.subarray(32)]
}
