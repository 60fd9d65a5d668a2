/* in-toto's envelope: `{"signatures": [{"keyid", "sig"}], "signed": {…}}`. */
import { AdmissionError, MalformedError } from '../base/errors.ts'
import { isHex } from '../base/fingerprint.ts'
import { parseJson } from '../base/json-text.ts'
import {
  atMost,
  MAXIMUM_CERTIFICATION_BYTES,
  MAXIMUM_SIGNATURE_BYTES,
  tooManyCopies,
} from './signed-message.ts'
import { canonicalJson } from './signatures/canonical-json.ts'
import { viewOf } from './signatures/octets.ts'

/** So many as take the room that OpenPGP's have: a key's id and a signature, of 32 and 64 octets. */
const MAXIMUM_SIGNATURES = Math.floor(MAXIMUM_SIGNATURE_BYTES / 96)

export interface LinkSignature {
  /** Of the key that is claimed, whole: 64 upper-case hex digits. */
  readonly fingerprint: string
  readonly octets: Uint8Array
}

export interface Metablock {
  /** Canonical JSON of what was signed: these octets are verified, and nothing else is parsed. */
  readonly signed: Uint8Array
  readonly signatures: readonly [LinkSignature, ...LinkSignature[]]
}

/** Does it begin like JSON? Nothing that OpenPGP signs here does. */
export function looksLikeMetablock(bytes: Uint8Array): boolean {
  const begin = bytes.findIndex((octet) => !BLANKS.includes(octet))
  return bytes[begin] === BRACE
}
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d]
const BRACE = 0x7b

/**
 * @throws AdmissionError TOO_LARGE
 * @throws MalformedError BUILDINFO_SYNTAX it is no such JSON; SIGNATURE_MISSING; SIGNATURE_UNSUPPORTED none is Ed25519
 */
export function readMetablock(bytes: Uint8Array): Metablock {
  const { signed, signatures } = readEnvelope(bytes)
  return { signed: new TextEncoder().encode(canonicalJson(signed)), signatures }
}

/** Who claims to have signed it; nothing is made canonical. @throws as {@link readMetablock} */
export const readLinkSignatures = (bytes: Uint8Array): Metablock['signatures'] =>
  readEnvelope(bytes).signatures

function readEnvelope(bytes: Uint8Array): {
  readonly signed: unknown
  readonly signatures: Metablock['signatures']
} {
  atMost(bytes, MAXIMUM_CERTIFICATION_BYTES)
  const envelope = readObject(bytes)
  const signatures: unknown = Reflect.get(envelope, 'signatures')
  const signed: unknown = Reflect.get(envelope, 'signed')
  if (Object.keys(envelope).length !== 2 || signed === undefined || !Array.isArray(signatures))
    throw syntax('must have "signatures" and "signed" and nothing else')
  if (signatures.length === 0)
    throw new MalformedError('SIGNATURE_MISSING', 'There is no signature in the link.')
  if (signatures.length > MAXIMUM_SIGNATURES)
    throw new AdmissionError('TOO_LARGE', `There are more than ${MAXIMUM_SIGNATURES} signatures.`)
  tooManyCopies(bytes.length, signatures.length)
  // one that is strange must not take away the others, which somebody else made
  const [first, ...more] = signatures.flatMap((one: unknown) => readSignature(one) ?? [])
  if (first === undefined)
    throw new MalformedError('SIGNATURE_UNSUPPORTED', 'No signature in the link is Ed25519.')
  return { signed, signatures: [first, ...more] }
}

/** With this one signature, as it is kept and served. */
export function writeMetablock(
  signed: Uint8Array,
  { fingerprint, octets }: LinkSignature,
): Uint8Array {
  const sig = viewOf(octets).toString('hex')
  const signatures = canonicalJson([{ keyid: fingerprint.toLowerCase(), sig }])
  const text = `{"signatures":${signatures},"signed":${viewOf(signed).toString()}}`
  const bytes = new TextEncoder().encode(text)
  atMost(bytes, MAXIMUM_CERTIFICATION_BYTES)
  return bytes
}

/** As it was parsed: copying 90,000 members takes three times as long as that. */
function readObject(bytes: Uint8Array): object {
  let value: unknown
  try {
    value = parseJson(bytes)
  } catch (cause) {
    throw syntax('is no JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw syntax('must be an object')
  return value
}

function readSignature(value: unknown): LinkSignature | undefined {
  if (typeof value !== 'object' || value === null || !('keyid' in value) || !('sig' in value))
    return undefined
  const { keyid, sig } = value
  if (typeof keyid !== 'string' || !isHex(keyid, 64)) return undefined
  if (typeof sig !== 'string' || !isHex(sig, 128)) return undefined
  return { fingerprint: keyid.toUpperCase(), octets: Buffer.from(sig, 'hex') }
}

/** `problem` is the end of the sentence "The link …". */
const syntax = (problem: string, options?: ErrorOptions): MalformedError =>
  new MalformedError('BUILDINFO_SYNTAX', `The link ${problem}.`, options)
