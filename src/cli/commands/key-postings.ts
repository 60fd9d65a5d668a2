/* A keyring in as many postings as a node needs: it bounds what one may cost, and a table of that is its own affair. */
import { scanKeyring } from '../../certification/signatures/keyring-file.ts'
import { splitKeyring } from '../../certification/signatures/split-keyring.ts'
import { type Code, CountersignError, isExpected } from '../../base/errors.ts'
import type { KeyAdded } from '../../contract/submission.ts'

/** What is sent at once: a node of today takes some 150 RSA keys, and 1 MiB. */
const KEYS = 64
const BYTES = 512 * 1024

/** What a node says of keys, and not of itself: fewer of them, or others, can be taken. */
const OF_KEYS: ReadonlySet<Code> = new Set([
  'KEY_SYNTAX',
  'KEY_UNUSABLE',
  'KEY_TOO_COSTLY',
  'TOO_LARGE',
])

/** What became of some keys of a file. */
export type Posted = { readonly keys: readonly KeyAdded[] } | { readonly refused: CountersignError }

/**
 * Sends all keys of a file, in halves where a node refuses several together, and goes on behind one that it refuses by itself.
 * Each key is sent seven times at most.
 * @throws what `post` throws that is not said of keys: then the rest was not sent
 */
export async function* postKeys(
  bytes: Uint8Array,
  post: (bytes: Uint8Array) => Promise<readonly KeyAdded[]>,
): AsyncGenerator<Posted, void, void> {
  const keys = splitKeyring(bytes)
  const left = batchesOf(keys)
  for (let batch = left.shift(); batch !== undefined; batch = left.shift())
    try {
      yield { keys: await post(Buffer.concat(batch)) }
    } catch (error) {
      if (!isExpected(error) || !OF_KEYS.has(error.code)) throw error
      const half = Math.ceil(batch.length / 2)
      if (batch.length > 1) left.unshift(batch.slice(0, half), batch.slice(half))
      else yield { refused: keys.length > 1 ? named(error, batch) : error }
    }
}

function batchesOf(keys: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  const batches: Uint8Array[][] = []
  let size = Infinity
  for (const key of keys) {
    const last = batches.at(-1)
    if (last === undefined || last.length === KEYS || size + key.length > BYTES) {
      batches.push([key])
      size = key.length
    } else {
      last.push(key)
      size += key.length
    }
  }
  return batches
}

/** A node does not say which key of a file it was. */
function named(error: CountersignError, [key]: readonly Uint8Array[]): CountersignError {
  const [place] = key === undefined ? [] : scanKeyring(key)
  if (place === undefined) return error
  return new CountersignError(error.code, `key ${place.fingerprint}: ${error.message}`, {
    cause: error,
  })
}
