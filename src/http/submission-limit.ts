import { isIPv6 } from 'node:net'

/**
 * What a limit counts: an IPv4 address, or the /64 of an IPv6 address, since one customer has at least that many.
 * IPv4 written as IPv6 counts as IPv4.
 */
export function limitKey(address: string): string {
  const zone = address.indexOf('%')
  const plain = zone === -1 ? address : address.slice(0, zone)
  if (!isIPv6(plain)) return plain
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (mapped?.[1] !== undefined) return mapped[1]
  const [left = '', right] = plain.split('::')
  const head = groups(left)
  const tail = right === undefined ? [] : groups(right)
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length
  const all = [...head, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...tail]
  return `${all.slice(0, 4).join(':')}::/64`
}

function groups(text: string): string[] {
  if (text === '') return []
  return text
    .split(':')
    .flatMap((group) =>
      group.includes('.') ? ['0', '0'] : [Number.parseInt(group, 16).toString(16)],
    )
}
