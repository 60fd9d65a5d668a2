/* What a node says of itself. */
import { malformed } from '../../feeds/format/cbor.ts'
import { textOf } from '../../feeds/format/value-checks.ts'
import { fieldsOf, type Reading } from './wire.ts'

export interface Hello {
  /** Of its HTTP API, if its operator has set it. */
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
}

const MAX_URL_BYTES = 1_024

/** `[public URL | null, read-only]` */
export function helloFields({ publicUrl, readOnly }: Hello): readonly unknown[] {
  return [publicUrl === undefined ? null : new TextEncoder().encode(publicUrl), readOnly]
}

/** @throws MalformedError ENTRY_SYNTAX */
export function helloOf(content: unknown, reading: Reading): Hello {
  const [url, readOnly] = fieldsOf(content, 2, reading)
  return {
    publicUrl: url === null ? undefined : urlOf(textOf(url, { min: 1, max: MAX_URL_BYTES })),
    readOnly: flagOf(readOnly),
  }
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
