import { upperHex } from './octets.ts'

/** An elliptic curve as OpenPGP names it (RFC 9580 §9.2). */
export interface Curve {
  /** `weierstrass` ones make ECDSA signatures; an `ed25519` one the older EdDSA ones; `x25519` none. */
  readonly name: 'weierstrass' | 'ed25519' | 'x25519'
  /** The object identifier without tag and length. */
  readonly oid: Uint8Array
  readonly bits: number
}

const curve = (oid: string, bits: number, name: Curve['name'] = 'weierstrass'): [string, Curve] => [
  oid,
  { name, bits, oid: Buffer.from(oid, 'hex') },
]

const CURVES: ReadonlyMap<string, Curve> = new Map([
  curve('2A8648CE3D030107', 256), // NIST P-256
  curve('2B81040022', 384), // NIST P-384
  curve('2B81040023', 521), // NIST P-521
  curve('2B8104000A', 256), // secp256k1, not in the RFC: GnuPG's
  curve('2B2403030208010107', 256), // brainpoolP256r1
  curve('2B240303020801010B', 384), // brainpoolP384r1
  curve('2B240303020801010D', 512), // brainpoolP512r1
  curve('2B06010401DA470F01', 255, 'ed25519'),
  curve('2B060104019755010501', 255, 'x25519'),
])

/** `undefined`: not known here. */
export const curveOf = (oid: Uint8Array): Curve | undefined => CURVES.get(upperHex(oid))
