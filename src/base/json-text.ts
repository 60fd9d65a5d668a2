/** Deeper than anything that is taken as JSON here: a link has four levels, a question two. */
const MAXIMUM_DEPTH = 64

/**
 * Parses JSON that came from anybody. A megabyte of brackets would hold the thread for 100 ms, so the depth is bounded first.
 * @throws SyntaxError it is none, or is nested too deeply
 * @throws TypeError it is no UTF-8
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (isDeep(bytes)) throw new SyntaxError(`it is nested more than ${MAXIMUM_DEPTH} levels deep`)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, `]` and `}` differ in one bit, and nothing else with that bit set or not is one of them. */
const CASE = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

function isDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    if (isInString) {
      if (octet === BACKSLASH) at += 1
      else if (octet === QUOTE) isInString = false
    } else if (octet === QUOTE) isInString = true
    else if ((octet | CASE) === OPEN) {
      depth += 1
      if (depth > MAXIMUM_DEPTH) return true
    } else if ((octet | CASE) === CLOSE) depth -= 1
  }
  return false
}
