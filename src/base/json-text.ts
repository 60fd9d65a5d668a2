/** Deeper than anything that is taken as JSON here: a link has four levels, a question two. */
const MAXIMUM_DEPTH = 64
/** More than the largest link has, which needs 80 bytes for the name and the checksum of a file: two members. */
const MAXIMUM_MEMBERS = 32_768

/**
 * Parses JSON that came from anybody. A megabyte of brackets or of names would hold the thread for 100 ms, so that depth and
 * members are bounded first.
 * @throws SyntaxError it is none, is nested too deeply, or has too many members
 * @throws TypeError it is no UTF-8
 */
export function parseJson(bytes: Uint8Array): unknown {
  requireBounds(bytes)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
}

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c
/** `[` and `{`, `]` and `}` differ in one bit, and nothing else with that bit set or not is one of them. */
const CASE = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

/** @throws SyntaxError */
function requireBounds(bytes: Uint8Array): void {
  let [depth, members] = [0, 0]
  let isInString = false
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    if (isInString) {
      if (octet === BACKSLASH) at += 1
      else if (octet === QUOTE) isInString = false
    } else if (octet === QUOTE) isInString = true
    else if (octet === COLON) members += 1
    else if ((octet | CASE) === OPEN) depth += 1
    else if ((octet | CASE) === CLOSE) depth -= 1
    if (depth > MAXIMUM_DEPTH)
      throw new SyntaxError(`it is nested more than ${MAXIMUM_DEPTH} levels deep`)
    if (members > MAXIMUM_MEMBERS)
      throw new SyntaxError(`it has more than ${MAXIMUM_MEMBERS} members`)
  }
}
