import { MalformedError } from '../base/errors.ts'
import type { Buildinfo, Dialect } from './dialects/dialect.ts'
import { signedText } from './signed-text.ts'

/**
 * Reads a document whose detached signature has not come yet.
 * @throws MalformedError SIGNATURE_MISSING where the dialect knows no detached signature; what it is if that is another file;
 *   what `dialect.read` throws
 */
export function readUnsigned(bytes: Uint8Array, dialect: Dialect): Buildinfo {
  const text = signedText(bytes)
  if (dialect.detached) return dialect.read(text)
  throw (
    dialect.mistaken?.(text) ??
    new MalformedError(
      'SIGNATURE_MISSING',
      dialect.envelope === 'in-toto'
        ? 'There is no signature in it. Send the link as rebuilderd gives it, with its signatures.'
        : 'There is no signature in it. Sign it with gpg --clearsign (or debsign) and send that.',
    )
  )
}
