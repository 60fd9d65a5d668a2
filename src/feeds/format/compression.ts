/* What is packed into a block says how long it is before it is opened. */
import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
} from 'node:zlib'
import { promisify } from 'node:util'
import { malformed } from './cbor.ts'

/** Of a packed text, as blocks have it. */
const COMPRESSION = { none: 0, brotli: 1 } as const

export interface Packed {
  readonly compression: number
  /** Of what is packed, in bytes. */
  readonly length: number
  readonly bytes: Uint8Array
}

/** So little is packed on this thread, in a tenth of a millisecond for a document: to hand it to another takes nearly as long. */
const LITTLE_BYTES = 16_384
/** Of little, 5 makes a twentieth less in twice the time; from 9 on all takes ten times as long and more (src/decisions). */
const [LITTLE_QUALITY, QUALITY] = [3, 5] as const
const SMALLEST_WINDOW = 16
const LARGEST_WINDOW = 20
/**
 * Of what is packed, in bytes: more is opened in another thread. A liar can make each byte of it cost half a microsecond, by
 * trees of codes that stand for nothing.
 */
const OPENED_HERE = 2_048

/** In bytes: what is opened comes in pieces, and each costs a way to the thread and back. */
const CHUNK = 65_536

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** Brotli (RFC 7932); much in another thread. What does not become smaller is packed as it is. */
export async function pack(content: Uint8Array): Promise<Packed> {
  const { length } = content
  const isLittle = length <= LITTLE_BYTES
  const window = Math.ceil(Math.log2(length + SMALLEST_WINDOW))
  const options = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isLittle ? LITTLE_QUALITY : QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
      [constants.BROTLI_PARAM_LGWIN]: Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, window)),
    },
  }
  const bytes = isLittle ? brotliCompressSync(content, options) : await compress(content, options)
  if (bytes.length >= length) return { compression: COMPRESSION.none, length, bytes: content }
  return { compression: COMPRESSION.brotli, length, bytes: new Uint8Array(bytes) }
}

/**
 * Opens what {@link pack} has packed, and never makes more than it declares. Other threads do what can take long.
 * @throws MalformedError ENTRY_SYNTAX if it is not what it declares to be
 */
export async function unpack({ compression, length, bytes }: Packed): Promise<Uint8Array> {
  if (compression === COMPRESSION.none) {
    if (bytes.length !== length) throw malformed('it has another length than it declares')
    return bytes
  }
  if (compression !== COMPRESSION.brotli) throw malformed('its compression is unknown')
  if (bytes.length >= length) throw malformed('it is compressed and has become no smaller')
  const { buffer, engine } = await opened(bytes, length)
  if (buffer.length !== length) throw malformed('it opens to another length than it declares')
  if (engine.bytesWritten !== bytes.length) throw malformed('something stands behind its end')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

interface Opened {
  readonly buffer: Buffer
  /** Bytes that it has read. */
  readonly engine: { readonly bytesWritten: number }
}

async function opened(bytes: Uint8Array, maxOutputLength: number): Promise<Opened> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types leave `info` out (zlib, "Convenience methods")
  const options = { maxOutputLength, info: true } as object
  const opening: unknown =
    bytes.length <= OPENED_HERE
      ? openedHere(bytes, options)
      : decompress(bytes, { ...options, chunkSize: CHUNK })
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what zlib gives with `info`
    return (await opening) as Opened
  } catch (cause) {
    // of zlib, ERR_BUFFER_TOO_LARGE
    const isLarger = cause instanceof RangeError
    throw malformed(isLarger ? 'it opens to more than it declares' : 'it does not open', cause)
  }
}

const openedHere = async (bytes: Uint8Array, options: object): Promise<unknown> =>
  brotliDecompressSync(bytes, options)
