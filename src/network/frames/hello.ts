/* What a node says of itself. */
import { malformed } from '../../feeds/format/cbor.ts'
import { textOf } from '../../feeds/format/value-checks.ts'
import { nodeNameTrouble } from '../../contract/node-name.ts'
import { fieldsOf, type Reading, type Wire } from './wire.ts'

export interface Hello {
  /** Of its HTTP API, if its operator has set it. */
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
  /** What its operator calls it. On the first wire there is none. */
  readonly name?: string | undefined
}

const MAX_URL_BYTES = 1_024
const MAX_NAME_BYTES = 256

/** `[public URL | null, read-only]`, on the second wire also `[…, name]` of a node that has one. */
export function helloFields({ publicUrl, readOnly, name }: Hello, wire: Wire): readonly unknown[] {
  const fields = [publicUrl === undefined ? null : bytesOf(publicUrl), readOnly]
  return name === undefined || wire === 1 ? fields : [...fields, bytesOf(name)]
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** @throws MalformedError ENTRY_SYNTAX */
export function helloOf(content: unknown, reading: Reading): Hello {
  const isShort = reading.wire === 1 || (Array.isArray(content) && content.length === 2)
  const [url, readOnly, name] = fieldsOf(content, isShort ? 2 : 3, reading)
  return {
    publicUrl: url === null ? undefined : urlOf(textOf(url, { min: 1, max: MAX_URL_BYTES })),
    readOnly: flagOf(readOnly),
    ...(isShort ? {} : { name: nameOf(textOf(name, { min: 1, max: MAX_NAME_BYTES })) }),
  }
}

function nameOf(text: string): string {
  const trouble = nodeNameTrouble(text)
  if (trouble !== undefined) throw malformed(`its name ${trouble}`)
  return text
}

/** @throws MalformedError ENTRY_SYNTAX */
export function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw malformed('true or false is missing')
  return value
}

/** Shown to people: nothing but an address of the web, as `URL` writes it. */
function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw malformed('its public URL is no http or https URL')
  return url.href.replace(/\/$/, '')
}
