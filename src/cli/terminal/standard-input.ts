/** All of stdin; stops reading above `maxBytes`, so that the answer is longer than that. */
export async function readAll(maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  const input: AsyncIterable<Uint8Array> = process.stdin
  for await (const piece of input) {
    pieces.push(piece)
    size += piece.byteLength
    if (size > maxBytes) break
  }
  return Buffer.concat(pieces)
}
