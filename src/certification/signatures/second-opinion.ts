import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { config, createMessage, readKey, readSignature } from 'openpgp'
import type { PartialConfig, SignaturePacket } from 'openpgp'

/** Keys that openpgp.js has agreed on, by their octets' digest and the fingerprint of the one that signed. */
const agreed = new LRUCache<string, true>({ max: 4096 })

/** Mathematics only: what is weak or odd is for our own policy to say. */
const LENIENT: PartialConfig = {
  rejectMessageHashAlgorithms: new Set(),
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
  minRSABits: 1024,
}

/** What openpgp.js says when the numbers are wrong, and not merely of a kind that it does not know. */
const WRONG = ['Signature verification failed', 'Signed digest did not match']

export interface Verdict {
  /** The canonical packet. */
  readonly signature: Uint8Array
  /** What its hash covers before the packet's own fields; line ends are CRLF where the type is text. */
  readonly signed: Uint8Array
  /** The minimised key that we found to have made it. */
  readonly key: Uint8Array
  /** Of the key or subkey, upper-case hex. */
  readonly signedBy: string
}

/**
 * Does openpgp.js contradict us? The first signature of every key is verified by both, so that a fault in one reader of
 * packets cannot make a rebuilder of somebody who is none. What openpgp.js cannot read is no contradiction.
 */
export async function contradicts(verdict: Verdict): Promise<boolean> {
  const name = `${digestOf(verdict.key)} ${verdict.signedBy}`
  if (agreed.has(name)) return false
  const contradicted = await isWrong(verdict)
  if (!contradicted) agreed.set(name, true)
  return contradicted
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

async function isWrong({ signature, signed, key, signedBy }: Verdict): Promise<boolean> {
  try {
    const read = await readKey({ binaryKey: key, config: LENIENT })
    const packets = [read, ...read.subkeys].map(({ keyPacket }) => keyPacket)
    const maker = packets.find((one) => one.getFingerprint().toUpperCase() === signedBy)
    return maker !== undefined && (await fails(signature, signed, maker))
  } catch {
    return false
  }
}

async function fails(
  signature: Uint8Array,
  signed: Uint8Array,
  maker: Parameters<SignaturePacket['verify']>[0],
): Promise<boolean> {
  const [packet] = (await readSignature({ binarySignature: signature, config: LENIENT })).packets
  if (packet === undefined || packet.signatureType === null) return false
  const [literal] = (await createMessage({ binary: signed })).packets
  if (literal === undefined) return false
  try {
    await packet.verify(maker, packet.signatureType, literal, undefined, true, {
      ...config,
      ...LENIENT,
    })
    return false
  } catch (error) {
    return error instanceof Error && WRONG.includes(error.message)
  }
}
