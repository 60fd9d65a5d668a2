/* With which numbers a CBOR array begins, which say what it is: read without reading, or bounding, what stands behind them. */

export interface Lead {
  /** The unsigned integers in front: of a block its version and its number. */
  readonly numbers: readonly number[]
  /** Items of the array right behind them; `undefined` if there stands none. */
  readonly items: number | undefined
}

const UNSIGNED = 0
const ARRAY = 4

/**
 * @param most numbers that are looked for
 * @returns no number of what is no array, or is not written as it must be (RFC 8949 §4.2.1)
 */
export function leadOf(bytes: Uint8Array, most: number): Lead {
  const numbers: number[] = []
  const array = headAt(bytes, 0)
  if (array?.major !== ARRAY) return { numbers, items: undefined }
  let head = headAt(bytes, array.end)
  while (head?.major === UNSIGNED && numbers.length < Math.min(most, array.value)) {
    numbers.push(head.value)
    head = headAt(bytes, head.end)
  }
  return { numbers, items: head?.major === ARRAY ? head.value : undefined }
}

interface Head {
  readonly major: number
  readonly value: number
  /** Where the next one begins, of one that has nothing behind it. */
  readonly end: number
}

/** Values of fewer are written in fewer bytes. */
const LEAST = [24, 2 ** 8, 2 ** 16, 2 ** 32] as const

function headAt(bytes: Uint8Array, at: number): Head | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const [major, info] = [first >> 5, first & 31]
  if (info < 24) return { major, value: info, end: at + 1 }
  const least = LEAST[info - 24]
  const end = at + 1 + 2 ** (info - 24)
  if (least === undefined || end > bytes.length) return undefined
  let value = 0
  for (let next = at + 1; next < end; next++) value = value * 256 + (bytes[next] ?? 0)
  return value < least || !Number.isSafeInteger(value) ? undefined : { major, value, end }
}
