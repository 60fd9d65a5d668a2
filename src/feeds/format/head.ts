import { createPublicKey, verify } from 'node:crypto'
import { blake2b256 } from './tree.ts'

/** The signed state of a feed at one length. All bytes as lower-case hex. */
export interface Head {
  /** In hypercore blocks. */
  readonly length: number
  readonly fork: number
  /** hypercore's tree hash at that length. */
  readonly root: string
  /** Ed25519 over `TREE | key | root | length | fork`, as hypercore signs it. */
  readonly signature: string
}

/** Domains of hypercore 11 (`lib/caps.js`): `blake2b(blake2b("hypercore") | number)`. */
const TREE = domain(0)
const MANIFEST = domain(3)
const DEFAULT_NAMESPACE = domain(4)
/** Manifest version 1, no flags, BLAKE2b, quorum 1, one signer, Ed25519. */
const SINGLE_SIGNER = Buffer.from([1, 0, 0, 1, 1, 0])
/** DER of an Ed25519 SubjectPublicKeyInfo up to the key (RFC 8410 §4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * The key of the feed that the owner of this public key writes.
 * @param publicKey 64 hex digits
 */
export function feedKeyOf(publicKey: string): string {
  const manifest = Buffer.concat([
    MANIFEST,
    SINGLE_SIGNER,
    DEFAULT_NAMESPACE,
    Buffer.from(publicKey, 'hex'),
  ])
  return blake2b256(manifest).toString('hex')
}

/** Did the owner of this public key sign that head? Needs no feed and no disk. */
export function verifyHead(publicKey: string, head: Head): boolean {
  return isSignedBy(publicKey, signedByHead(feedKeyOf(publicKey), head), head.signature)
}

/**
 * Is it an Ed25519 signature of that key over these octets?
 * @param publicKey 64 hex digits
 * @param signature 128 hex digits
 */
export function isSignedBy(publicKey: string, octets: Uint8Array, signature: string): boolean {
  const key = createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, octets, key, Buffer.from(signature, 'hex'))
}

/** The octets under the signature of a head. */
export function signedByHead(feed: string, head: Omit<Head, 'signature'>): Buffer {
  const numbers = Buffer.alloc(16)
  numbers.writeBigUInt64LE(BigInt(head.length), 0)
  numbers.writeBigUInt64LE(BigInt(head.fork), 8)
  return Buffer.concat([TREE, Buffer.from(feed, 'hex'), Buffer.from(head.root, 'hex'), numbers])
}

function domain(number: number): Buffer {
  return blake2b256(blake2b256(Buffer.from('hypercore')), Buffer.from([number]))
}
