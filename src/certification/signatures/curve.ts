import { upperHex } from './octets.ts'

/** An elliptic curve as OpenPGP names it (RFC 9580 §9.2). */
export interface Curve {
  /** `weierstrass` ones make ECDSA signatures; an `ed25519` one the older EdDSA ones; `x25519` none. */
  readonly name: 'weierstrass' | 'ed25519' | 'x25519'
  /** As people call it. */
  readonly title: string
  /** The object identifier without tag and length. */
  readonly oid: Uint8Array
  readonly bits: number
}

const curve = (
  oid: string,
  bits: number,
  { title, name = 'weierstrass' }: { readonly title: string; readonly name?: Curve['name'] },
): [string, Curve] => [oid, { name, title, bits, oid: Buffer.from(oid, 'hex') }]

const CURVES: ReadonlyMap<string, Curve> = new Map([
  curve('2A8648CE3D030107', 256, { title: 'NIST P-256' }),
  curve('2B81040022', 384, { title: 'NIST P-384' }),
  curve('2B81040023', 521, { title: 'NIST P-521' }),
  // not in the RFC: GnuPG's
  curve('2B8104000A', 256, { title: 'secp256k1' }),
  curve('2B2403030208010107', 256, { title: 'brainpoolP256r1' }),
  curve('2B240303020801010B', 384, { title: 'brainpoolP384r1' }),
  curve('2B240303020801010D', 512, { title: 'brainpoolP512r1' }),
  curve('2B06010401DA470F01', 255, { title: 'Ed25519', name: 'ed25519' }),
  curve('2B060104019755010501', 255, { title: 'X25519', name: 'x25519' }),
])

/** `undefined`: not known here. */
export const curveOf = (oid: Uint8Array): Curve | undefined => CURVES.get(upperHex(oid))
