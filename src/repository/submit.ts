/*
 * The road of a submission: frame -> key -> verify -> admit -> append -> followed -> receipt. Every door that takes
 * certifications (POST, PUT, the clients' own, a key that was waited for) comes through here.
 */
import { createHash } from 'node:crypto'
import { admission } from '../certification/admission.ts'
import type { Collection } from '../certification/admission.ts'
import type { Examination, Submitted } from '../certification/certification.ts'
import { claimedKeyIds } from '../certification/examine.ts'
import { readPublicKeys } from '../certification/signatures/public-key.ts'
import { MalformedError, NotFoundError, VerificationError } from '../errors.ts'
import type { CertificationEntry } from '../feeds/entry.ts'
import type { OwnFeed } from '../feeds/feed.ts'
import type { CertificationRow, Variant } from '../indexes/certification-row.ts'
import { certificationRow } from '../indexes/certifications.ts'
import type { Indexes } from '../indexes/database.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import { placedUnder } from './alias.ts'
import type { ReadEntry } from './derive.ts'
import type { Examiners } from './follow-block.ts'
import { mergeKeyRows } from './keyring.ts'
import { receiptOf } from './receipt.ts'
import type { Submission, SubmitOutcome } from './repository.ts'
import type { WaitingRoom } from './waiting-room.ts'
import type { Writer } from './writer.ts'

export interface SubmitParts {
  readonly collections: ReadonlyMap<string, Collection>
  readonly feeds: ReadonlyMap<string, OwnFeed>
  readonly indexes: Indexes
  readonly examiners: Examiners
  readonly writer: Writer
  readonly readEntry: ReadEntry
  /** Resolves when the indexes have everything of an own feed below a length. */
  readonly reached: (feed: string, length: number) => Promise<void>
  /** Makes a key known for good. */
  readonly learn: (key: KeyRow) => Promise<void>
  readonly waiting: WaitingRoom
  /** Resolves when what is in the own feeds is known. @throws AdmissionError BEHIND if that takes long */
  readonly started: () => Promise<void>
  readonly now: () => number
}

export type Submit = (submission: Submission) => Promise<readonly SubmitOutcome[]>

/** One more alias is kept only so often: a name is anybody's word, and costs an entry. */
const ALIASES = 4

export function makeSubmit(parts: SubmitParts): Submit {
  const running = new Map<string, Promise<SubmitOutcome>>()

  /** The same certification twice at once is appended once; who came second gets the first one's receipt. */
  async function once(taking: Taking): Promise<SubmitOutcome> {
    const name = nameOf(taking)
    const first = running.get(name)
    if (first !== undefined) {
      const outcome = await first
      return outcome.status === 'accepted' ? { ...outcome, status: 'known' } : outcome
    }
    const turn = take(parts, taking).finally(() => running.delete(name))
    running.set(name, turn)
    return turn
  }

  return async (submission) => {
    const collection = parts.collections.get(submission.collection)
    const feed = parts.feeds.get(submission.collection)
    if (collection === undefined || feed === undefined)
      throw unknownCollection(submission.collection)
    await parts.started()
    const { bytes, signature } = submission
    const keyIds = signersOf({ bytes, signature })
    if (keyIds === undefined) return [await parts.waiting.forSignature(collection, submission)]
    const { keys, news } = await keysFor(parts, keyIds, submission.keys)
    const examinations = await parts.examiners.pool.examine({
      submitted: { bytes, signature },
      dialect: collection.dialect,
      keys: keys.map((key) => key.bytes),
    })
    const outcomes = await allTaken(
      examinations.map((examination) => once({ collection, feed, submission, examination, keys })),
    )
    // what was taken has brought its key along; what was here already has not
    for (const key of news) if (examinations.some((one) => isBy(one, key))) await parts.learn(key)
    return outcomes
  }
}

/** Who claims to have signed it; `undefined` if nobody does. */
export function signersOf(submitted: Submitted): readonly string[] | undefined {
  try {
    return claimedKeyIds(submitted)
  } catch (error) {
    if (error instanceof MalformedError && error.code === 'SIGNATURE_MISSING') return undefined
    throw error
  }
}

interface Taking {
  readonly collection: Collection
  readonly feed: OwnFeed
  readonly submission: Submission
  readonly examination: Examination
  readonly keys: readonly KeyRow[]
}

async function take(parts: SubmitParts, taking: Taking): Promise<SubmitOutcome> {
  const { collection, feed, submission, examination, keys } = taking
  if (examination.signature === 'invalid')
    throw new VerificationError(examination.code, examination.reason)
  const { certification } = examination
  const alias = placedUnder(certification, submission.alias)
  const row = await certificationRow(parts.indexes, certification.id)
  const held = row === undefined ? undefined : await heldBy(parts, taking, row)
  const signer = keys.find((key) => isBy(examination, key))
  if (held?.signature === 'key-unknown' && signer !== undefined) {
    await parts.learn(signer)
    return take(parts, taking)
  }
  if (row !== undefined && held !== undefined && !isNewAlias(row, feed, alias))
    return { status: 'known', receipt: await receiptOf(row, held, { feed, now: parts.now() }) }
  const decision = admission(collection, examination, parts.examiners.keyring.isConfigured)
  if (decision === 'wait') return parts.waiting.forKey(collection, certification, submission)
  const entry: CertificationEntry = {
    kind: 'certification',
    id: certification.id,
    dialect: collection.dialect,
    bytes: certification.bytes,
    signature: certification.signature,
    alias,
    acceptedAt: parts.now(),
  }
  const place = await parts.writer.append({
    feed,
    keyId: certification.claimedKeyId,
    key: signer,
    entry,
  })
  await parts.reached(feed.key, (place?.sequence ?? 0) + 2)
  const followed = await certificationRow(parts.indexes, certification.id)
  const variant =
    held ??
    followed?.variants.find(
      (one) =>
        one.feed === feed.key &&
        one.sequence === place?.sequence &&
        one.position === place.position,
    )
  if (followed === undefined || variant === undefined)
    throw new Error(`certification ${certification.id} was appended and is in no index`)
  const receipt = await receiptOf(followed, variant, { feed, now: parts.now() })
  return { status: held === undefined ? 'accepted' : 'known', receipt }
}

/** Its first place in the own feed. One that could not be verified holds only the very same bytes. */
async function heldBy(
  parts: SubmitParts,
  { feed, examination }: Taking,
  row: CertificationRow,
): Promise<Variant | undefined> {
  for (const variant of row.variants) {
    if (variant.feed !== feed.key) continue
    if (variant.signature === 'good') return variant
    const entry = await parts.readEntry(variant)
    const { bytes, signature } = examination.certification
    if (
      entry !== undefined &&
      sameBytes(entry.bytes, bytes) &&
      sameBytes(entry.signature, signature)
    )
      return variant
  }
  return undefined
}

function isNewAlias(row: CertificationRow, feed: OwnFeed, alias: string | undefined): boolean {
  if (alias === undefined) return false
  const aliases = row.variants.flatMap((one) =>
    one.feed === feed.key && one.alias !== undefined ? [one.alias] : [],
  )
  return aliases.length < ALIASES && !aliases.includes(alias)
}

/** Known keys by those ids, and what was sent beside the certification that is new. */
async function keysFor(
  parts: SubmitParts,
  keyIds: readonly string[],
  sent: Uint8Array | undefined,
): Promise<{ readonly keys: readonly KeyRow[]; readonly news: readonly KeyRow[] }> {
  const { keyring } = parts.examiners
  const known = (await Promise.all(keyIds.map(keyring.forKeyId))).flat()
  if (sent === undefined) return { keys: known, news: [] }
  const fitting = (await readPublicKeys(sent)).filter((key) =>
    key.signingKeyIds.some((keyId) => keyIds.includes(keyId)),
  )
  const news = (await Promise.all(fitting.map(keyring.news))).flatMap((key) => key ?? [])
  // an old copy that is sent must not hide a revocation that a keyring file has
  const merged = await Promise.all(
    news.map((key) => {
      const there = known.find(({ fingerprint }) => fingerprint === key.fingerprint)
      return there === undefined ? key : mergeKeyRows(there, key)
    }),
  )
  const renewed = new Set(merged.map(({ fingerprint }) => fingerprint))
  const others = known.filter(({ fingerprint }) => !renewed.has(fingerprint))
  return { keys: [...others, ...merged], news: merged }
}

/** One body can hold several certifications. What is good in it is taken; only if nothing is, the first fault counts. */
async function allTaken(
  turns: readonly Promise<SubmitOutcome>[],
): Promise<readonly SubmitOutcome[]> {
  const settled = await Promise.allSettled(turns)
  const taken = settled.flatMap((turn) => (turn.status === 'fulfilled' ? [turn.value] : []))
  const refused = settled.find((turn) => turn.status === 'rejected')
  if (taken.length === 0 && refused !== undefined) throw refused.reason
  return taken
}

function nameOf({ collection, examination, submission }: Taking): string {
  const { id, bytes, signature } = examination.certification
  const name = `${collection.name} ${id} ${submission.alias?.join('/') ?? ''}`
  if (examination.signature === 'good') return name
  const digest = createHash('sha256')
    .update(bytes)
    .update(signature ?? new Uint8Array())
  return `${name} ${digest.digest('hex')}`
}

function isBy(examination: Examination, key: KeyRow): boolean {
  return examination.signature === 'good' && examination.facts.rebuilder === key.fingerprint
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return Buffer.compare(one, other) === 0
}

export function unknownCollection(name: string): NotFoundError {
  return new NotFoundError(
    'COLLECTION_UNKNOWN',
    `This node has no collection of that name (${name.length} characters); GET /status lists those it has.`,
  )
}
