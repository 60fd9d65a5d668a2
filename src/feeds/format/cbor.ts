import { decode, encode, type Token, Tokenizer, Type } from 'cborg'
import { MalformedError } from '../../base/errors.ts'

/** RFC 8949 §4.2.1, core deterministic encoding; integers up to 2^53 - 1. */
const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
} as const

/** What else CBOR has occurs nowhere (spec/feeds.md). A float or map costs ten times as much as a number or array. */
const TYPES: ReadonlySet<Type> = new Set([
  Type.uint,
  Type.bytes,
  Type.string,
  Type.array,
  Type.null,
  Type.true,
  Type.false,
])

/** A full data block of format 1 has 515 items. Bounds depth and memory before a value is built. */
const MAX_ITEMS = 1024
/**
 * How deep one array may stand in others. What this version knows has 6. Without it the stack would be the bound, and what it has
 * room for is not the same everywhere: one node would take what another refuses.
 */
const MAX_DEPTH = 16

/**
 * Reads one CBOR item that has exactly one encoding: nothing else decodes to the same value here.
 * @throws MalformedError ENTRY_SYNTAX
 */
export function decodeCanonical(
  bytes: Uint8Array,
  maxBytes: number,
  maxItems = MAX_ITEMS,
): unknown {
  if (bytes.length > maxBytes) throw malformed(`it has more than ${maxBytes} bytes`)
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const inner = new Tokenizer(plain, STRICT)
  let left = maxItems
  const check = makeTokenCheck()
  const tokenizer = {
    done: () => inner.done(),
    pos: () => inner.pos(),
    next: () => {
      if (left-- === 0) throw new Error(`more than ${maxItems} items`)
      const token = inner.next()
      check(token)
      return token
    },
  }
  let value: unknown
  try {
    value = decode(plain, { ...STRICT, tokenizer })
  } catch (cause) {
    throw malformed('it is not strict CBOR', cause)
  }
  if (Buffer.compare(encode(value), plain) !== 0) throw malformed('it is not canonical CBOR')
  return value
}

/** Counts what is still to come of every array around a token. @throws Error if there are too many of these, or it is none of {@link TYPES} */
function makeTokenCheck(): (token: Token) => void {
  const open: number[] = []
  return ({ type, value }) => {
    if (!TYPES.has(type)) throw new Error(`there is a ${type.name} in it`)
    while (open.at(-1) === 0) open.pop()
    const last = open.length - 1
    if (last >= 0) open[last] = (open[last] ?? 0) - 1
    if (type !== Type.array) return
    if (open.length === MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} arrays in each other`)
    open.push(Number(value))
  }
}

export const encodeCanonical = (value: unknown): Uint8Array => encode(value)

export const malformed = (reason: string, cause?: unknown): MalformedError =>
  new MalformedError('ENTRY_SYNTAX', `This is no block of a feed: ${reason}.`, { cause })
