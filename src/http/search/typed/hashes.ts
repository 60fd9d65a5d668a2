import type { Meaning } from './meaning.ts'

/** Hex digits by which a page shortens something, at least. */
const SHORTEST = 12
/** Octets of MD5, SHA-1, SHA-256, SHA-512. */
const OCTETS: readonly number[] = [16, 20, 32, 64]
/** Key ids, and all that has one of these lengths. */
const WHOLE: readonly number[] = [16, 32, 40, 64, 128]

/** Alone, or between what are no letters and digits: `sha256:3833…`, `SHA256 (file) = 3833…`, `rsa4096/0x6FE1…`. */
const RUN =
  /(?<![0-9a-z])(?:0x)?([0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-z])/gi
/** As gpg, openssl and people write them: `3833 E140 DF6C…`, `38:33:e1…`. */
const GROUPS = /(?<![0-9a-z])(?:0x)?[0-9a-f]{2,8}(?:[\s:]+[0-9a-f]{2,8}){3,}(?![0-9a-z])/gi
/** Subresource integrity and npm's lock files: `sha256-…=`; and alone as base64. */
const INTEGRITY =
  /(?:^|[\s"'(=])(?:(?:md5|sha-?1|sha-?256|sha-?512)[-:=]\s*)?([A-Za-z0-9+/]{22,86}={1,2})(?=$|[\s"')?])/gi

/** Checksums, fingerprints and ids in a text, if it is of one of them; where it is hex alone, a beginning of one is enough. */
export function readHashes(text: string): readonly Meaning[] {
  const bare = text.replaceAll(/^0x|[\s:…]|\.\.\.$/gi, '')
  if (/^[0-9a-f]+$/i.test(bare) && bare.length >= SHORTEST) return [meaningOf(bare)]
  const found = new Set<string>()
  for (const [, hex = ''] of text.matchAll(RUN)) found.add(hex.toLowerCase())
  for (const [groups] of text.matchAll(GROUPS)) {
    const parts = groups
      .toLowerCase()
      .replace(/^0x/, '')
      .split(/[\s:]+/)
    // the end of what stands before can look like hex: hello_amd64.deb
    const hex = [parts, parts.slice(1)]
      .map((some) => some.join(''))
      .find(({ length }) => WHOLE.includes(length))
    if (hex !== undefined) found.add(hex)
  }
  for (const [, base64 = ''] of text.matchAll(INTEGRITY)) {
    const bytes = Buffer.from(base64, 'base64')
    if (OCTETS.includes(bytes.length)) found.add(bytes.toString('hex'))
  }
  return found.size === 1 ? [...found].map(meaningOf) : []
}

const meaningOf = (hex: string): Meaning => ({ kind: 'hex', hex: hex.toLowerCase() })
