import type { Examination, Submitted } from './certification.ts'
import type { Dialect } from './dialects/dialect.ts'
import { MalformedError } from '../base/errors.ts'
import { examineLink, linkKeyIds } from './examine-link.ts'
import { type ExaminationKeys, examineOpenPgp } from './examine-openpgp.ts'
import type { VerifiedKeyBytes } from './signatures/verified-key-bytes.ts'
import { readSignedMessage, holdsMessage } from './signed-message.ts'
import { looksLikeMetablock, readMetablock } from './metablock.ts'
import { signedText } from './signed-text.ts'

/**
 * The key ids by which somebody claims to have signed it, each once, so that their keys can be looked up. Cheap: nothing is
 * hashed, nothing verified.
 * @throws what {@link readSignedMessage} and {@link readMetablock} throw
 */
export const claimedKeyIds = (submitted: Submitted): readonly string[] => claimsOf(submitted).keyIds

export interface Claims {
  readonly keyIds: readonly string[]
  /** Why other signatures on it are of no kind that is taken. */
  readonly unsupported: readonly MalformedError[]
}

/** The same, and what is not looked at further. @throws as {@link claimedKeyIds} */
export function claimsOf(submitted: Submitted): Claims {
  if (isLink(submitted))
    return { keyIds: [...new Set(linkKeyIds(submitted.bytes))], unsupported: [] }
  const { signatures, unsupported } = readSignedMessage(submitted)
  return { keyIds: [...new Set(signatures.map((one) => one.claimedKeyId))], unsupported }
}

/** A link carries its signatures in itself; what has one beside it is a document of OpenPGP, and so is what has armor in it. */
const isLink = ({ bytes, signature }: Submitted): boolean =>
  signature === undefined && looksLikeMetablock(bytes) && !holdsMessage(bytes)

/**
 * The text that was signed, nothing verified.
 * @throws what {@link readSignedMessage} and {@link readMetablock} throw
 */
export const signedTextOf = (submitted: Submitted): string =>
  signedText(
    isLink(submitted) ? readMetablock(submitted.bytes).signed : readSignedMessage(submitted).octets,
  )

/**
 * Reads what somebody signed, and finds out about every signature on it: one certification for each, in the order of the
 * signatures; of two with the same id the better one. Only the signed text is parsed, and a signature is tried
 * with the key that it claims and no other.
 * @param keys minimised public keys; those that nobody claims are not looked at further
 * @throws AdmissionError TOO_LARGE as it came, or as it would be kept
 * @throws MalformedError what {@link readSignedMessage} and {@link readMetablock} throw; MESSAGE_NOT_CLEARSIGNED a detached signature where the
 *   dialect has none; BUILDINFO_SYNTAX a link where the dialect has none; what `dialect.read` throws
 */
export const examine = (
  submitted: Submitted,
  dialect: Dialect,
  keys: readonly VerifiedKeyBytes[],
): Promise<readonly Examination[]> => examineAgain(submitted, dialect, { keys })

/**
 * {@link examine}, of what may have been examined before.
 * @throws what that throws
 */
export async function examineAgain(
  submitted: Submitted,
  dialect: Dialect,
  by: ExaminationKeys,
): Promise<readonly Examination[]> {
  if (isLink(submitted) !== (dialect.envelope === 'in-toto'))
    throw new MalformedError(
      'BUILDINFO_SYNTAX',
      dialect.envelope === 'in-toto'
        ? 'Only in-toto links, which are JSON, have a place in a collection of that dialect.'
        : `A ${dialect.name} buildinfo is no JSON. A link has its place in a collection of the dialect in-toto.`,
    )
  const found = isLink(submitted)
    ? examineLink(submitted.bytes, dialect, by.keys)
    : examineOpenPgp(submitted, dialect, by)
  const best = new Map<string, Examination>()
  for (const one of found) {
    const known = best.get(one.certification.id)
    if (known === undefined || RANK[one.signature] < RANK[known.signature])
      best.set(one.certification.id, one)
  }
  return [...best.values()]
}

const RANK: Readonly<Record<Examination['signature'], number>> = {
  good: 0,
  'key-unknown': 1,
  invalid: 2,
}
