/*
 * The road of a submission: frame -> key -> verify -> admit -> append -> followed -> receipt. Every door that takes
 * certifications (POST, PUT, the clients' own, a key that was waited for) comes through here.
 */
import { admission } from '../../certification/admission.ts'
import type { Collection } from '../../certification/admission.ts'
import type { Examination, Submitted } from '../../certification/certification.ts'
import { type Claims, claimsOf } from '../../certification/examine.ts'
import type { AdmissionError } from '../../base/errors.ts'
import {
  MalformedError,
  NotFoundError,
  VerificationError,
  WithheldError,
} from '../../base/errors.ts'
import type { CertificationEntry } from '../../feeds/format/entry.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import type { Indexes } from '../../indexes/database.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import { placedUnder } from './alias.ts'
import { allTaken, unsupported } from './all-taken.ts'
import type { ReadEntry } from '../entries/read-entry.ts'
import type { Examiners } from '../following/follow-block.ts'
import { heldBy, isCrowded, makeAliasShares } from './held.ts'
import type { AliasShares } from './held.ts'
import { byFingerprint, mergeKeyRows } from '../keys/keyring.ts'
import { receiptOf } from './receipt.ts'
import { refuseForged } from './refuse-forged.ts'
import type { Receipt, Submission, SubmitOutcome } from '../../contract/repository.ts'
import { makeTurns } from '../../base/turns.ts'
import { addressOf, leftOutOf } from './waiting-room.ts'
import type { WaitingRoom } from './waiting-room.ts'
import { factsOf } from '../tombstones/withheld.ts'
import type { Writer } from '../own-feeds/writer.ts'

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
  readonly learn: (key: KeyRow, address: string) => Promise<void>
  readonly waiting: WaitingRoom
  /** Takes what waits for these keys; returns the ids. */
  readonly release: (keyIds: readonly string[]) => Promise<readonly string[]>
  /** Resolves when what is in the own feeds is known. @throws AdmissionError BEHIND if that takes long */
  readonly started: () => Promise<void>
  readonly now: () => number
  /** What to say if there is no own feed. */
  readonly readOnly: () => AdmissionError
}

export type Submit = (submission: Submission) => Promise<readonly SubmitOutcome[]>

export function makeSubmit(parts: SubmitParts): Submit {
  /** By collection and id: who comes second finds what the first has written, and gets the same receipt. */
  const turns = makeTurns()
  const aliases = makeAliasShares()

  const submit: Submit = (submission) => submitted(submission, true)

  async function submitted(
    submission: Submission,
    mayRepeat: boolean,
  ): Promise<readonly SubmitOutcome[]> {
    const collection = parts.collections.get(submission.collection)
    const feed = parts.feeds.get(submission.collection)
    if (collection === undefined) throw unknownCollection(submission.collection)
    if (feed === undefined) throw parts.readOnly()
    await parts.started()
    const { bytes, signature } = submission
    const claims = signersOf({ bytes, signature })
    if (claims === undefined) return [await parts.waiting.forSignature(collection, submission)]
    const { keyIds } = claims
    const owner = addressOf(submission)
    const sent = submission.keys === undefined ? undefined : { bytes: submission.keys, owner }
    const { known, keys, news } = await keysFor(parts, keyIds, sent)
    const task = {
      submitted: { bytes, signature },
      dialect: collection.dialect,
      keys: keys.map((key) => key.bytes),
    }
    const examinations = await parts.examiners.pool.examine(task, owner)
    refuseForged(examinations)
    const taken = await allTaken(
      examinations.map(({ certification }) => certification.claimedKeyId),
      examinations.map((examination) =>
        turns.run(`${collection.name} ${examination.certification.id}`, () =>
          take({ ...parts, aliases }, { collection, feed, submission, examination, keys }),
        ),
      ),
    )
    const outcomes = [...taken, ...unsupported(claims.unsupported)]
    // what was taken has brought its key along; what was here already has not
    const learnt = news.filter((key) => examinations.some((one) => isBy(one, key)))
    for (const key of learnt) await parts.learn(key, addressOf(submission))
    if (learnt.length > 0) await parts.release(keyIds)
    // a key that came while this was examined has found nothing that waits for it
    const seen = [...known, ...keys]
    const isLate = mayRepeat && outcomes.some(waitsForKey)
    if (!isLate || !(await haveChanged(parts, keyIds, seen))) return outcomes
    await parts.release(keyIds)
    return submitted(submission, false)
  }
  return submit
}

const waitsForKey = (outcome: SubmitOutcome): boolean =>
  outcome.status === 'waiting' && outcome.waiting.waitingFor === 'key'

async function haveChanged(
  { examiners: { keyring } }: SubmitParts,
  keyIds: readonly string[],
  known: readonly KeyRow[],
): Promise<boolean> {
  const forms = new Set(known.map(({ digest }) => digest))
  const now = (await Promise.all(keyIds.map(keyring.forKeyId))).flat()
  return now.some(({ digest }) => !forms.has(digest))
}

/** Who claims to have signed it; `undefined` if nobody does. */
export function signersOf(submitted: Submitted): Claims | undefined {
  try {
    return claimsOf(submitted)
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

async function take(
  parts: SubmitParts & { readonly aliases: AliasShares },
  { collection, feed, submission, examination, keys }: Taking,
): Promise<SubmitOutcome> {
  if (examination.signature === 'invalid')
    throw new VerificationError(examination.code, examination.reason)
  const { certification } = examination
  const receipt = async (of: CertificationRow, at: Variant): Promise<Receipt> => ({
    ...(await receiptOf(of, at, { feed, now: parts.now() })),
    ...leftOutOf(certification.buildinfo),
  })
  refuseWithheld(parts, certification.id)
  const alias = placedUnder(certification, submission.alias)
  const named = { feed, address: addressOf(submission), alias }
  const look = async () => {
    const found = await certificationRow(parts.indexes, certification.id)
    const place = { feed, readEntry: parts.readEntry }
    return { row: found, held: found && (await heldBy(place, found, certification)) }
  }
  let { row, held } = await look()
  const signer = keys.find((key) => isBy(examination, key))
  if (held?.signature === 'key-unknown' && signer !== undefined) {
    await parts.learn(signer, addressOf(submission))
    ;({ row, held } = await look())
  }
  if (row !== undefined && held !== undefined && !parts.aliases.isWelcome(row, named))
    return { status: 'known', receipt: await receipt(row, held) }
  const decision = admission(collection, examination, parts.examiners.keyring.isConfigured)
  const isLate = examination.signature === 'key-unknown' && isCrowded(row, feed)
  if (decision === 'wait' || isLate)
    return parts.waiting.forKey(collection, certification, submission)
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
  parts.aliases.count(certification.id, named)
  await parts.reached(feed.key, (place?.sequence ?? 0) + 2)
  const followed = await certificationRow(parts.indexes, certification.id)
  // withheld while it was written
  refuseWithheld(parts, certification.id)
  const variant =
    held ??
    followed?.variants.find((one) => {
      const { sequence, position } = one.original ?? one
      return one.feed === feed.key && sequence === place?.sequence && position === place.position
    })
  if (followed === undefined || variant === undefined)
    throw new Error(`certification ${certification.id} was appended and is in no index`)
  return {
    status: held === undefined ? 'accepted' : 'known',
    receipt: await receipt(followed, variant),
  }
}

/** @throws WithheldError */
function refuseWithheld({ examiners: { withheld } }: SubmitParts, id: string): void {
  const row = withheld.get(id)
  if (row !== undefined) throw new WithheldError(factsOf(row))
}

interface KeysFor {
  readonly known: readonly KeyRow[]
  readonly keys: readonly KeyRow[]
  readonly news: readonly KeyRow[]
}

/** Known keys by those ids, and what was sent beside the certification that is new. */
async function keysFor(
  parts: SubmitParts,
  keyIds: readonly string[],
  sent: { readonly bytes: Uint8Array; readonly owner: string } | undefined,
): Promise<KeysFor> {
  const { keyring } = parts.examiners
  const known = (await Promise.all(keyIds.map(keyring.forKeyId))).flat()
  if (sent === undefined) return { known, keys: known, news: [] }
  const fitting = (await parts.examiners.pool.readPublicKeys(sent.bytes, sent.owner)).filter(
    (key) => key.signingKeyIds.some((keyId) => keyIds.includes(keyId)),
  )
  const news = (await Promise.all(fitting.map((key) => keyring.news(key, sent.owner)))).flatMap(
    (key) => key ?? [],
  )
  // an old copy that is sent must not hide a revocation that a keyring file has
  const merged = news.map((key) => {
    const there = known.find(({ fingerprint }) => fingerprint === key.fingerprint)
    return there === undefined ? key : mergeKeyRows(there, key)
  })
  const renewed = new Set(merged.map(({ fingerprint }) => fingerprint))
  const others = known.filter(({ fingerprint }) => !renewed.has(fingerprint))
  return { known, keys: [...others, ...merged].toSorted(byFingerprint), news: merged }
}

function isBy(examination: Examination, key: KeyRow): boolean {
  return examination.signature === 'good' && examination.facts.rebuilder === key.fingerprint
}

export function unknownCollection(name: string): NotFoundError {
  return new NotFoundError(
    'COLLECTION_UNKNOWN',
    `This node has no collection of that name (${name.length} characters); GET /status lists those it has.`,
  )
}
