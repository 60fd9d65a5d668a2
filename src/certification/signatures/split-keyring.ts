import { MalformedError } from '../../base/errors.ts'
import { isEd25519 } from './ed25519-key.ts'
import { binaryKeyring } from './keyring-file.ts'
import { packets, TAG } from './packet.ts'

/**
 * A keyring of OpenPGP, armored or binary, cut before each primary key: every octet of it is in one piece, also what stands before
 * the first key. What cannot be cut is one piece, as it came: keys in PEM, revocations alone, and what is broken.
 */
export function splitKeyring(bytes: Uint8Array): readonly Uint8Array[] {
  if (isEd25519(bytes)) return [bytes]
  try {
    const binary = binaryKeyring(bytes)
    const starts: number[] = []
    for (const { tag, start } of packets(binary, 'KEY_SYNTAX'))
      if (tag === TAG.publicKey) starts.push(start)
    if (starts.length < 2) return [bytes]
    return starts.map((start, at) => binary.subarray(at === 0 ? 0 : start, starts[at + 1]))
  } catch (error) {
    // whoever takes keys says what is wrong with it
    if (error instanceof MalformedError) return [bytes]
    throw error
  }
}
