import {
  asVerifiedKeyBytes,
  type VerifiedKeyBytes,
} from '../../src/certification/signatures/verified-key-bytes.ts'
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { canonicalJson } from '../../src/certification/signatures/canonical-json.ts'
import { ed25519Fingerprint, ed25519Pem } from '../../src/certification/signatures/ed25519-key.ts'

/** A rebuilderd instance of these tests. */
export interface KeyOfLinks {
  readonly fingerprint: string
  readonly bytes: VerifiedKeyBytes
  readonly pem: string
  readonly privateKey: KeyObject
}

export function keyOfLinks(): KeyOfLinks {
  const { privateKey } = generateKeyPairSync('ed25519')
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const bytes = asVerifiedKeyBytes(new Uint8Array(spki))
  return { fingerprint: ed25519Fingerprint(bytes), bytes, pem: ed25519Pem(bytes), privateKey }
}

/** A link as rebuilderd makes it, signed by these keys. */
export function signLink(
  { products }: { readonly products: Readonly<Record<string, unknown>> },
  ...keys: readonly KeyOfLinks[]
): string {
  const [name = ''] = Object.keys(products)
  const signed = {
    _type: 'link',
    name: `rebuild ${name}`,
    materials: {},
    products,
    environment: null,
    byproducts: {},
    command: [],
  }
  const signatures = keys.map(({ fingerprint, privateKey }) => ({
    keyid: fingerprint.toLowerCase(),
    sig: sign(null, Buffer.from(canonicalJson(signed)), privateKey).toString('hex'),
  }))
  return JSON.stringify({ signatures, signed })
}

/** What the signatures of a link are over, as JSON. */
export function signedOf(link: Uint8Array): unknown {
  const value: unknown = JSON.parse(new TextDecoder().decode(link))
  return typeof value === 'object' && value !== null && 'signed' in value ? value.signed : undefined
}
