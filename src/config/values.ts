import { nodeNameTrouble } from '../contract/node-name.ts'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { resolve } from 'node:path'

/** Where a server listens. Port 0: the system chooses. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** What a setting's text is read with: relative paths count from `folder`. */
export type Reader<T> = (text: string, folder: string) => T

/** A value that a setting cannot have; the message says what it can have. Given its place by the caller. */
export class ValueError extends Error {}

/** `127.0.0.1:8000`, `[::1]:8000`, `localhost:0`; `:8000` is every address of the machine. */
export function readAddress(text: string): Address {
  const match = /^(?:\[([^\]]{1,64})\]|([^:[\]]{0,253})):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const bracketed = match?.[1]
  const host = bracketed ?? match?.[2]
  if (host === undefined || port > 65_535)
    throw new ValueError('must be HOST:PORT, like 127.0.0.1:8000, [::1]:8000 or :8000')
  if (bracketed === undefined ? !isHost(host) : isIP(bracketed) !== 6)
    throw new ValueError('names no host: write 127.0.0.1:8000, [::1]:8000 or localhost:8000')
  return { host: host === '' ? everyAddress() : host, port }
}

/** IPv4 is reached through `::` too; but a machine without IPv6 refuses to listen there. */
function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flat()
  return all.some((one) => one?.family === 'IPv6') ? '::' : '0.0.0.0'
}

function isHost(host: string): boolean {
  if (host === '') return true
  return /^[\d.]+$/.test(host) ? isIP(host) === 4 : /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(host)
}

export function readPath(text: string, folder: string): string {
  if (text === '' || text.includes('\0')) throw new ValueError('must be a path')
  return resolve(folder, text)
}

/** An address by which others reach the node. Without a slash at its end. */
export function readPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ValueError('must be a URL with http:// or https://')
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new ValueError('must be a plain URL without user, query or fragment')
  return url.href.replace(/\/$/, '')
}

/** What a node calls itself. */
export function readNodeName(text: string): string {
  const trouble = nodeNameTrouble(text)
  if (trouble !== undefined) throw new ValueError(trouble)
  return text
}

/** An address or a network in CIDR notation. */
export function readNetwork(text: string): string {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  const most = family === 6 ? 128 : 32
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (family === 0 || !fits || more.length > 0)
    throw new ValueError('must be IP addresses or networks, like 127.0.0.1 or 10.0.0.0/8')
  return text
}

export function readInteger(least: number, most: number): Reader<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (!(number >= least && number <= most))
      throw new ValueError(`must be a whole number from ${least} to ${most}`)
    return number
  }
}

export function readOneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (text) => {
    const word = words.find((one) => one === text)
    if (word === undefined) throw new ValueError(`must be one of: ${words.join(', ')}`)
    return word
  }
}

export function readSwitch(text: string): boolean {
  if (['true', 'yes', '1'].includes(text)) return true
  if (['false', 'no', '0'].includes(text)) return false
  throw new ValueError('must be true or false')
}

export function readFeedKey(text: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new ValueError('must be the key of a feed, 64 hex digits')
  return text.toLowerCase()
}
