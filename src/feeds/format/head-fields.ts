/* A head in CBOR, as peers say it. */
import type { Head } from './head.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, integerOf } from './value-checks.ts'

/** hypercore counts lengths in 40 bits. */
const MAX_LENGTH = 2 ** 40 - 1
const MAX_FORK = 2 ** 40 - 1

/** `[length, fork, root, signature]` */
export const headFields = ({ length, fork, root, signature }: Head): readonly unknown[] => [
  length,
  fork,
  bytesOfHex(root),
  new Uint8Array(Buffer.from(signature, 'hex')),
]

/** @throws MalformedError ENTRY_SYNTAX */
export function headOf(value: unknown): Head {
  const [length, fork, root, signature] = arrayOf(value, { min: 4, max: 4 })
  return {
    length: integerOf(length, { min: 1, max: MAX_LENGTH }),
    fork: integerOf(fork, { min: 0, max: MAX_FORK }),
    root: hexOf(root),
    signature: Buffer.from(bytesOf(signature, { min: 64, max: 64 })).toString('hex'),
  }
}
