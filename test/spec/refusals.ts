import { codeOf } from '../../src/base/errors.ts'

export const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** By what code it is refused; what it gives if it is not, and the error itself if that is our bug. */
export async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return codeOf(error) ?? error
  }
}

/** The same octets, each of them changed in turn. */
export function* changed(hex: string): Generator<Uint8Array, void, void> {
  for (let at = 0; at < hex.length / 2; at++) {
    const bytes = octets(hex)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    yield bytes
  }
}

/** Of octets of which any was changed. */
export const REFUSALS: readonly unknown[] = ['ENTRY_SYNTAX', 'SIGNATURE_INVALID']
