/* What is packed into a block says how long it is before it is opened. */
import { brotliCompress, brotliDecompressSync, constants } from 'node:zlib'
import { promisify } from 'node:util'
import { malformed } from './cbor.ts'

/** Of a packed text, as blocks have it. */
export const COMPRESSION = { none: 0, brotli: 1 } as const

export interface Packed {
  readonly compression: number
  /** Of what is packed, in bytes. */
  readonly length: number
  readonly bytes: Uint8Array
}

/** Smaller by a tenth than 3 and hardly slower; from 9 on it takes twenty times as long (src/decisions). */
const QUALITY = 5
const SMALLEST_WINDOW = 16
const LARGEST_WINDOW = 20

const compress = promisify(brotliCompress)

/** Brotli (RFC 7932) in another thread; what does not become smaller is packed as it is. */
export async function pack(content: Uint8Array): Promise<Packed> {
  const { length } = content
  const window = Math.ceil(Math.log2(length + SMALLEST_WINDOW))
  const bytes = await compress(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
      [constants.BROTLI_PARAM_LGWIN]: Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, window)),
    },
  })
  if (bytes.length >= length) return { compression: COMPRESSION.none, length, bytes: content }
  return { compression: COMPRESSION.brotli, length, bytes: new Uint8Array(bytes) }
}

/**
 * Opens what {@link pack} has packed, and never makes more than it declares.
 * @throws MalformedError ENTRY_SYNTAX if it is not what it declares to be
 */
export function unpack({ compression, length, bytes }: Packed): Uint8Array {
  if (compression === COMPRESSION.none) {
    if (bytes.length !== length) throw malformed('it has another length than it declares')
    return bytes
  }
  if (compression !== COMPRESSION.brotli) throw malformed('its compression is unknown')
  if (bytes.length >= length) throw malformed('it is compressed and has become no smaller')
  const { buffer, engine } = opened(bytes, length)
  if (buffer.length !== length) throw malformed('it opens to another length than it declares')
  if (engine.bytesWritten !== bytes.length) throw malformed('something stands behind its end')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

interface Opened {
  readonly buffer: Buffer
  /** Bytes that it has read. */
  readonly engine: { readonly bytesWritten: number }
}

function opened(bytes: Uint8Array, maxOutputLength: number): Opened {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- with `info`, which the types leave out (zlib, "Convenience methods")
    return brotliDecompressSync(bytes, {
      maxOutputLength,
      info: true,
    } as object) as unknown as Opened
  } catch (cause) {
    throw malformed('it does not open', cause)
  }
}
