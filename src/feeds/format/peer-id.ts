/*
 * Peer ids of Ed25519 keys as libp2p writes them, without libp2p, for which whoever checks one file would wait: base58 of an
 * identity multihash of the key in protobuf (https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md).
 */

/** Identity multihash of 36 bytes: an Ed25519 key of 32. */
const BEFORE_KEY = Buffer.from('002408011220', 'hex')
const KEY_BYTES = 32
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)
/** Of every such id: its first byte is 0, which is a digit of its own. */
const FORM = /^1[1-9A-HJ-NP-Za-km-z]{51}$/

/** @param publicKey 32 bytes */
export function peerIdOfKey(publicKey: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.concat([BEFORE_KEY, publicKey]).toString('hex')}`)
  let digits = ''
  for (; rest > 0n; rest /= BASE) digits = `${DIGITS[Number(rest % BASE)] ?? ''}${digits}`
  return `1${digits}`
}

/** The 32 bytes of its Ed25519 key; `undefined` if it has none. */
export function keyOfPeerId(peerId: string): Uint8Array | undefined {
  if (!FORM.test(peerId)) return undefined
  let number = 0n
  for (const digit of peerId) number = number * BASE + BigInt(DIGITS.indexOf(digit))
  const hex = number.toString(16).padStart(2 * (BEFORE_KEY.length + KEY_BYTES), '0')
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'))
  const isKey = BEFORE_KEY.equals(bytes.subarray(0, BEFORE_KEY.length))
  return isKey && hex.length === 2 * bytes.length && bytes.length === BEFORE_KEY.length + KEY_BYTES
    ? bytes.slice(BEFORE_KEY.length)
    : undefined
}
