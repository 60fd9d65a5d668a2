import { MalformedError } from '../../base/errors.ts'
import { viewOf } from './octets.ts'

/** One clearsigned message, taken out of whatever stood around it. */
export interface Cleartext {
  /** What the signature covers: lines without trailing blanks, joined by CRLF, no final line end (RFC 9580 §7.2). */
  readonly octets: Uint8Array
  /** From the line `BEGIN PGP SIGNATURE` to the line `END PGP SIGNATURE`. */
  readonly armor: Uint8Array
}

const BEGIN_MESSAGE = Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----')
const BEGIN_SIGNATURE = Buffer.from('-----BEGIN PGP SIGNATURE-----')
const END_SIGNATURE = Buffer.from('-----END PGP SIGNATURE-----')
const BEGIN_INLINE = Buffer.from('-----BEGIN PGP MESSAGE-----')
const DASHES = Buffer.from('-----')
const FROM = Buffer.from('From ')
const LINE_FEED = 0x0a
const DASH = 0x2d
const SPACE = 0x20

/**
 * Finds the one clearsigned message in `bytes`. Looks at framing only: nothing is decoded, nothing verified.
 * Text around the message and header lines are dropped. `undefined`: there is no OpenPGP armor at all.
 * @throws MalformedError MESSAGES_SEVERAL, MESSAGE_NOT_CLEARSIGNED, ARMOR_SYNTAX
 */
export function readCleartext(bytes: Uint8Array): Cleartext | undefined {
  const view = viewOf(bytes)
  const starts = linesLike(view, BEGIN_MESSAGE)
  if (starts.length > 1)
    throw new MalformedError(
      'MESSAGES_SEVERAL',
      'There are two signed messages in one file. Submit each by itself.',
    )
  const start = starts[0]
  if (start !== undefined) return messageAt(view, start)
  if (linesLike(view, BEGIN_INLINE).length > 0)
    throw new MalformedError(
      'MESSAGE_NOT_CLEARSIGNED',
      'This is a PGP MESSAGE. Sign with gpg --clearsign, not --sign.',
    )
  if (linesLike(view, BEGIN_SIGNATURE).length > 0)
    throw new MalformedError(
      'ARMOR_SYNTAX',
      'There is a PGP SIGNATURE, but no line "-----BEGIN PGP SIGNED MESSAGE-----" before it.',
    )
  return undefined
}

/** Where lines begin that are `wanted` and nothing else but trailing blanks. At most two are looked for. */
function linesLike(view: Buffer, wanted: Buffer): number[] {
  const found: number[] = []
  let at = view.indexOf(wanted)
  while (at !== -1 && found.length < 2) {
    const startsLine = at === 0 || view[at - 1] === LINE_FEED
    if (startsLine && lineEnd(view, at).end === at + wanted.length) found.push(at)
    at = view.indexOf(wanted, at + wanted.length)
  }
  return found
}

/** The end of the line that starts at `start`, without trailing blanks, and where the next one starts. */
function lineEnd(view: Buffer, start: number): { readonly end: number; readonly next: number } {
  let end = start
  // Lines are short: calls into native code for each would cost more than this.
  while (end < view.length && view[end] !== LINE_FEED) end++
  const next = end < view.length ? end + 1 : end
  while (end > start && isBlank(view[end - 1])) end--
  return { end, next }
}

const isBlank = (octet: number | undefined): boolean =>
  octet === SPACE || octet === 0x09 || octet === 0x0d

function messageAt(view: Buffer, start: number): Cleartext {
  let at = afterHeaders(view, lineEnd(view, start).next)
  // Every line can grow by the carriage return that it may lack.
  const octets = Buffer.allocUnsafe((view.length - at) * 2 + 2)
  let length = 0
  for (let first = true; at < view.length; first = false) {
    const { end, next } = lineEnd(view, at)
    if (view[at] === DASH && startsWith(view, DASHES, at)) {
      if (end - at === BEGIN_SIGNATURE.length && startsWith(view, BEGIN_SIGNATURE, at))
        return { octets: octets.subarray(0, length), armor: armorAt(view, at) }
      throw new MalformedError('ARMOR_SYNTAX', 'A line of dashes in the text is not escaped.')
    }
    if (!first) {
      octets[length++] = 0x0d
      octets[length++] = LINE_FEED
    }
    const escaped = view[at] === DASH && view[at + 1] === SPACE
    // An escaped empty line was trimmed to less than its escape.
    for (let from = escaped ? at + 2 : at; from < end; from++) octets[length++] = view[from] ?? 0
    at = next
  }
  throw new MalformedError('ARMOR_SYNTAX', 'The signed message has no PGP SIGNATURE.')
}

/** Header lines (`Hash:` or any other) mean nothing: the signature packet names its algorithm. */
function afterHeaders(view: Buffer, start: number): number {
  for (let at = start; at < view.length;) {
    const { end, next } = lineEnd(view, at)
    if (end === at) return next
    const colon = view.subarray(at, end).indexOf(': ')
    if (colon < 1 || view[at] === DASH)
      throw new MalformedError(
        'ARMOR_SYNTAX',
        'The signed message has no blank line after its header.',
      )
    at = next
  }
  throw new MalformedError('ARMOR_SYNTAX', 'The signed message has no text.')
}

function armorAt(view: Buffer, start: number): Uint8Array {
  for (let at = start; at < view.length;) {
    const { end, next } = lineEnd(view, at)
    if (end - at === END_SIGNATURE.length && startsWith(view, END_SIGNATURE, at))
      return view.subarray(start, next)
    at = next
  }
  throw new MalformedError('ARMOR_SYNTAX', 'The PGP SIGNATURE has no end.')
}

const startsWith = (view: Buffer, prefix: Buffer, at: number): boolean =>
  view.length - at >= prefix.length &&
  view.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0

/** The clearsigned message as GnuPG 2.2 writes it, with nothing around it. `armor` ends with a line end. */
export function writeCleartext(octets: Uint8Array, hashName: string, armor: string): Uint8Array {
  const view = viewOf(octets)
  const head = Buffer.from(`${BEGIN_MESSAGE.toString()}\nHash: ${hashName}\n\n`)
  const tail = Buffer.from(armor)
  // At the worst every line is one octet that must be escaped.
  const out = Buffer.allocUnsafe(head.length + view.length * 2 + 4 + tail.length)
  let length = head.copy(out)
  for (let at = 0; at <= view.length;) {
    const { end, next } = lineEnd(view, at)
    if (view[at] === DASH || (view[at] === FROM[0] && startsWith(view, FROM, at))) {
      out[length++] = DASH
      out[length++] = SPACE
    }
    for (let from = at; from < end; from++) out[length++] = view[from] ?? 0
    out[length++] = LINE_FEED
    // Text that ends with CRLF has one more, empty line.
    if (next === view.length && view[next - 1] !== LINE_FEED) break
    at = next === at ? next + 1 : next
  }
  length += tail.copy(out, length)
  return new Uint8Array(out.subarray(0, length))
}
