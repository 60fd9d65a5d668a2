/**
 * Keys of rows: the table's name, then parts that sort as one would expect. Numbers have 8 bytes, big-endian;
 * byte strings of one table have one length.
 */
export const rowKey = (table: string, ...parts: readonly (Uint8Array | number)[]): Uint8Array =>
  new Uint8Array(Buffer.concat([Buffer.from(`${table}!`), ...parts.map(bytesOfPart)]))

/** Every key of a table, or below some parts: from the prefix itself up to what this returns, not included. */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  // prefixes start with ASCII, so the last byte that can be raised always exists
  let end = prefix.length
  while (prefix[end - 1] === 0xff) end--
  const after = prefix.slice(0, end)
  after[end - 1] = (after[end - 1] ?? 0) + 1
  return after
}

/** The number that ends a key. */
export function lastNumber(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  return Number(view.getBigUint64(key.length - 8))
}

function bytesOfPart(part: Uint8Array | number): Uint8Array {
  if (typeof part !== 'number') return part
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(part))
  return bytes
}
