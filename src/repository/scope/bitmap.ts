/** Bits of a page: so much is written for one that changes. */
const PAGE_BYTES = 512
const PAGE_BITS = PAGE_BYTES * 8

export interface Page {
  readonly number: number
  readonly bytes: Uint8Array
}

/** Numbers from 0 on, a bit for each: millions of them take no more memory than their pages. */
export interface Bitmap {
  readonly has: (number: number) => boolean
  readonly add: (number: number) => void
  /** How many there are. */
  readonly count: () => number
  /** Those that have changed since this was asked last, each as it is now. */
  readonly changed: () => readonly Page[]
  /** These were not kept after all: they count as changed again. */
  readonly unwritten: (pages: readonly Page[]) => void
  readonly clear: () => void
}

/** @param pages as {@link Bitmap.changed} gave them */
export function makeBitmap(pages: Iterable<Page>): Bitmap {
  const byNumber = new Map<number, Uint8Array>()
  let dirty = new Set<number>()
  let count = 0
  for (const { number, bytes } of pages) {
    // of another length it was not written here
    const page = new Uint8Array(PAGE_BYTES)
    page.set(bytes.subarray(0, PAGE_BYTES))
    byNumber.set(number, page)
    count += onesIn(page)
  }
  const has = (number: number): boolean => {
    const [page, byte, bit] = placeOf(number)
    return ((byNumber.get(page)?.[byte] ?? 0) & bit) !== 0
  }
  return {
    has,
    add(number) {
      if (has(number)) return
      const [page, byte, bit] = placeOf(number)
      const bytes = byNumber.get(page) ?? new Uint8Array(PAGE_BYTES)
      byNumber.set(page, bytes)
      bytes[byte] = (bytes[byte] ?? 0) | bit
      dirty.add(page)
      count += 1
    },
    count: () => count,
    changed() {
      const numbers = [...dirty]
      dirty = new Set()
      return numbers.flatMap((number) => {
        const bytes = byNumber.get(number)
        return bytes === undefined ? [] : [{ number, bytes: new Uint8Array(bytes) }]
      })
    },
    unwritten(changed) {
      for (const { number } of changed) dirty.add(number)
    },
    clear() {
      byNumber.clear()
      dirty.clear()
      count = 0
    },
  }
}

function placeOf(number: number): readonly [page: number, byte: number, bit: number] {
  const within = number % PAGE_BITS
  return [Math.floor(number / PAGE_BITS), within >> 3, 1 << (within & 7)]
}

function onesIn(bytes: Uint8Array): number {
  let ones = 0
  for (const byte of bytes) for (let rest = byte; rest !== 0; rest &= rest - 1) ones += 1
  return ones
}
