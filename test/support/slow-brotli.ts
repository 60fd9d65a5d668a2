/* Brotli (RFC 7932) that takes as long to open as its format allows. */

/** Writes numbers as brotli does, the lowest bit first. */
function makeBits() {
  const octets: number[] = []
  let bit = 8
  return {
    octets,
    put: (value: number, count: number): void => {
      for (let at = 0; at < count; at += 1, bit += 1) {
        if (bit === 8) {
          octets.push(0)
          bit = 0
        }
        const last = octets.length - 1
        octets[last] = (octets[last] ?? 0) | (((value >>> at) & 1) << bit)
      }
    },
  }
}

type Bits = ReturnType<typeof makeBits>

/** Of a count of trees or types: 256 (§9.2). */
function putMany({ put }: Bits): void {
  put(1, 1)
  put(7, 3)
  put(127, 7)
}

/** A code of one symbol (§3.4). @param width of a symbol of its alphabet, in bits */
function putSimple({ put }: Bits, width: number, symbol: number): void {
  put(1, 2)
  put(0, 2)
  put(symbol, width)
}

/** Of every octet or command of its alphabet says with no bit at all that its code has so many (§3.5): 8 or 9. */
function putComplex({ put }: Bits, bits: number): void {
  put(3, 2)
  for (const length of [4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    if (length === bits) put(0b0111, 4)
    else put(0, 2)
}

/** One literal behind 768 trees. */
function putBlock(bits: Bits): void {
  const { put } = bits
  put(0, 1 + 2 + 16 + 1 + 1)
  putMany(bits)
  putSimple(bits, 9, 1)
  putSimple(bits, 5, 25)
  put(0, 24)
  put(0, 1)
  put(0b1111_11, 6)
  put(0, 2)
  for (let map = 0; map < 2; map += 1) {
    putMany(bits)
    put(0, 1)
    putSimple(bits, 8, 0)
    put(0, 1)
  }
  for (const length of [8, 9, 9]) for (let tree = 0; tree < 256; tree += 1) putComplex(bits, length)
  // the command that has one literal, and that literal
  put(0b10_0000, 9)
  put(0, 8)
}

/** So many bytes and some more, which open to a few hundred. */
export function slowBrotli(bytes: number): Uint8Array {
  const bits = makeBits()
  bits.put(0, 1)
  while (bits.octets.length < bytes) putBlock(bits)
  bits.put(3, 2)
  return Uint8Array.from(bits.octets)
}
