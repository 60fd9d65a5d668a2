import type { Certification, Examination } from '../../certification/certification.ts'
import { CountersignError, MalformedError, StorageError } from '../../base/errors.ts'
import type { CertificationEntry, PublicKeyEntry } from '../../feeds/format/entry.ts'
import { type DocumentFacts, hasFacts } from '../../feeds/format/index-row.ts'
import { putFeedKey } from '../../indexes/keyring.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { documentFacts } from '../entries/document-facts.ts'
import { makePause } from '../work-budget/work-budget.ts'
import type { Keyring } from '../keys/keyring.ts'
import { putNewForm } from '../keys/put-new-form.ts'
import { currentPlaceOf, putVariant } from './put-variant.ts'
import type { LocatedEntry } from './located-entry.ts'
import type { TallyRules } from './tally-of-claims.ts'
import type { VerificationPool } from '../verification/verification-pool.ts'
import type { Withheld } from '../tombstones/withheld.ts'

/** What of {@link ReadContext} verifies, and counts what is verified. */
export interface ExaminationContext extends TallyRules {
  readonly keyring: Keyring
  readonly pool: VerificationPool
  /** What gets no rows, whichever feed brings it. */
  readonly withheld: Pick<Withheld, 'get' | 'noteReappearance'>
}

/** By which some of what is verified is not kept. */
interface Keeps {
  /** Everything, if absent. */
  readonly keeps?: ((facts: DocumentFacts) => boolean) | undefined
}

/**
 * Verifies the certifications of a feed and writes their rows: own or replicated, it makes no difference.
 * What cannot be used becomes a rejected row with its code, and stops nothing.
 * @returns those that got a row
 * @throws StorageError DISK
 */
export async function followCertifications(
  batch: IndexBatch,
  located: readonly LocatedEntry<CertificationEntry>[],
  examiners: ExaminationContext & Keeps,
): Promise<readonly LocatedEntry<CertificationEntry>[]> {
  const { withheld, keeps } = examiners
  const put: LocatedEntry<CertificationEntry>[] = []
  for (const one of located)
    if (withheld.get(one.entry.id) !== undefined) await withheld.noteReappearance(one.entry.id, one)
  const wanted = located.filter(({ entry }) => withheld.get(entry.id) === undefined)
  const examined = await Promise.all(wanted.map((one) => examineEntry(one, examiners)))
  const pauseIfDue = makePause()
  for (const [at, answer] of examined.entries()) {
    await pauseIfDue()
    const one = wanted[at]
    if (one === undefined) continue
    if ('code' in answer)
      putRejected(batch, { ...one, ...(await currentPlaceOf(batch, one)) }, answer.code)
    else if (keeps === undefined || keeps(factsOf(answer))) {
      await putVariant(batch, one, { examination: answer, counting: examiners })
      put.push(one)
    }
  }
  return put
}

const factsOf = ({ certification }: Pick<Indexable, 'certification'>): DocumentFacts =>
  documentFacts(certification.claimedKeyId, certification.buildinfo.sources)

/** Minimises and merges a key; returns the key ids that became known, have changed or are lost. @throws StorageError DISK */
export async function followKey(
  batch: IndexBatch,
  located: LocatedEntry<PublicKeyEntry>,
  { keyring, pool }: Pick<ExaminationContext, 'keyring' | 'pool'>,
): Promise<readonly string[]> {
  try {
    const [key, ...others] = await pool.readPublicKeys(located.entry.bytes, located.feed)
    if (key === undefined || others.length > 0)
      throw new MalformedError('KEY_SYNTAX', 'An entry holds exactly one public key.')
    putFeedKey(batch, located.feed, { fingerprint: key.fingerprint, digest: located.entry.id })
    const newForm = await keyring.newForm(key, located.feed)
    if (newForm === undefined) return []
    return await putNewForm(batch, newForm, keyring)
  } catch (error) {
    putRejected(batch, located, codeOf(error))
    return []
  }
}

export type Indexable = Extract<Examination, { signature: 'good' | 'key-unknown' }>

/**
 * Verifies keys and examines certifications before their turn: the answers are remembered, and whoever follows them finds the
 * same errors. So a feed that takes long to verify holds up nobody but itself.
 */
export async function examineAhead(
  located: readonly (LocatedEntry<CertificationEntry> | LocatedEntry<PublicKeyEntry>)[],
  examiners: ExaminationContext,
): Promise<void> {
  await Promise.allSettled(
    located.map((one) =>
      isKey(one) ? readKeyAhead(one, examiners) : examineEntry(one, examiners),
    ),
  )
}

/** The key, and what it says together with what is known of it. */
async function readKeyAhead(
  { entry, feed }: LocatedEntry<PublicKeyEntry>,
  { pool, keyring }: ExaminationContext,
): Promise<void> {
  const [key] = await pool.readPublicKeys(entry.bytes, feed)
  if (key !== undefined) await keyring.newForm(key, feed)
}

const isKey = (
  one: LocatedEntry<CertificationEntry> | LocatedEntry<PublicKeyEntry>,
): one is LocatedEntry<PublicKeyEntry> => one.entry.kind === 'public-key'

async function examineEntry(
  { entry, dialect, feed, row }: LocatedEntry<CertificationEntry>,
  { keyring, pool }: ExaminationContext,
): Promise<Indexable | { readonly code: string }> {
  try {
    if (entry.dialect !== dialect) return { code: 'ENTRY_SYNTAX' }
    const { bytes, signature } = entry
    const [keyId, ...otherIds] = pool.claimed({ bytes, signature })
    if (keyId === undefined) return { code: 'SIGNATURE_MISSING' }
    if (otherIds.length > 0) return { code: 'MESSAGES_SEVERAL' }
    const keys = await keyring.forKeyId(keyId)
    const task = { submitted: { bytes, signature }, dialect, keys: keys.map((key) => key.bytes) }
    const [examination, ...others] = await pool.examine(task, feed)
    if (examination === undefined || others.length > 0) return { code: 'MESSAGES_SEVERAL' }
    const { certification } = examination
    if (!isSame(certification, entry)) return { code: 'ENTRY_SYNTAX' }
    // the entry alone: which others of its block are here is not the same on every node
    const found = indexable(examination) ?? { certification }
    if (row !== undefined && !hasFacts(row, factsOf(found))) return { code: 'ENTRY_SYNTAX' }
    return 'signature' in found ? found : { code: 'SIGNATURE_INVALID' }
  } catch (error) {
    return { code: codeOf(error) }
  }
}

/** The id is computed again, and only the canonical form has a place in a feed. */
function isSame(certification: Certification, entry: CertificationEntry): boolean {
  return (
    certification.id === entry.id &&
    Buffer.compare(certification.bytes, entry.bytes) === 0 &&
    Buffer.compare(certification.signature ?? EMPTY, entry.signature ?? EMPTY) === 0
  )
}

const EMPTY = new Uint8Array()

/** Our own bugs, or a disk that cannot be read, must not pass for a bad entry. */
function codeOf(error: unknown): string {
  if (error instanceof CountersignError && !(error instanceof StorageError)) return error.code
  throw error
}

/**
 * What may stand in an index. A key that may not sign today can be allowed to by a newer copy of it, so that is as good as
 * unknown; a signature that is wrong stays wrong.
 */
export function indexable(examination: Examination): Indexable | undefined {
  if (examination.signature !== 'invalid') return examination
  if (examination.code === 'SIGNATURE_INVALID') return undefined
  return { certification: examination.certification, signature: 'key-unknown' }
}
