/** Octets as hex, so that it can stand in JSON; what is undefined is left out. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(members.map(([name, one]) => [name, plain(one)]))
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
