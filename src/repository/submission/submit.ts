/*
 * The road of a submission: signed message -> keys -> verify -> admit -> append -> followed -> receipt. Every door that takes
 * certifications (POST, PUT, the clients' own, a key that was waited for) comes through here.
 */
import type { Examination, Submitted } from '../../certification/certification.ts'
import { type Claims, claimsOf } from '../../certification/examine.ts'
import { MalformedError, VerificationError } from '../../base/errors.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { WaitingRevocation } from '../../state/revocations.ts'
import type { Submission } from '../../contract/repository.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { collectionOf } from '../queries/query-context.ts'
import { byFingerprint, mergeKeyRows } from '../keys/keyring.ts'
import { combineOutcomes, unsupportedOutcomes } from './combine-outcomes.ts'
import { releaseWaiting } from './releases.ts'
import { readOnly, type SubmissionContext } from './submission-context.ts'
import { isSignedWith, admit } from './admit.ts'
import { addressOf } from './waiting-submissions.ts'

/** @throws NotFoundError, MalformedError, VerificationError, WithheldError, AdmissionError, StorageError */
export async function submit(
  context: SubmissionContext,
  submission: Submission,
): Promise<readonly SubmitOutcome[]> {
  const { outcomes, keyIds, seen } = await submitOnce(context, submission)
  // a key that came while this was examined has found nothing that waits for it
  const isLate = outcomes.some(waitsForKey) && (await haveChanged(context, keyIds, seen))
  if (!isLate) return outcomes
  await release(context, keyIds)
  return (await submitOnce(context, submission)).outcomes
}

/** Takes what waits for these keys; returns the ids. */
export function release(
  context: SubmissionContext,
  keyIds: readonly string[],
): Promise<readonly string[]> {
  return releaseWaiting(context.waiting, keyIds, (submission) =>
    context.disk.writing(() => submit(context, submission)),
  )
}

interface Submitting {
  readonly outcomes: readonly SubmitOutcome[]
  /** Who claims to have signed it. */
  readonly keyIds: readonly string[]
  /** Keys with which it was examined, and as they were known before. */
  readonly seen: readonly KeyRow[]
}

async function submitOnce(context: SubmissionContext, submission: Submission): Promise<Submitting> {
  const collection = collectionOf(context, submission.collection)
  const feed = context.writing.own.byCollection.get(submission.collection)
  if (feed === undefined) throw readOnly(context)
  await context.startGate.waitUntilDone()
  const { bytes, signature } = submission
  const claims = signersOf({ bytes, signature })
  if (claims === undefined) {
    const outcome = await context.waiting.forSignature(collection, submission)
    return { outcomes: [outcome], keyIds: [], seen: [] }
  }
  const { keyIds } = claims
  const owner = addressOf(submission)
  const sent = submission.keys === undefined ? undefined : { bytes: submission.keys, owner }
  const { reading } = context.indexing
  const { known, keys, newKeys, sentKeys } = await keysFor(reading, keyIds, sent)
  const task = {
    submitted: { bytes, signature },
    dialect: collection.dialect,
    keys: keys.map((key) => key.bytes),
  }
  const examinations = await reading.pool.examine(task, owner)
  refuseForged(examinations)
  const taken = await combineOutcomes(
    examinations.map(({ certification }) => certification.claimedKeyId),
    examinations.map((examination) =>
      context.turns.run(`${collection.name} ${examination.certification.id}`, () =>
        admit(context, { collection, feed, submission, examination, keys }),
      ),
    ),
  )
  // what was taken has brought its key along; what was here already has not
  const learnt = newKeys.filter((key) => examinations.some((one) => isSignedWith(one, key)))
  for (const key of learnt) await context.keys.learn(key, owner)
  const unplaced = sentKeys.filter(({ key }) => examinations.some((one) => isSignedWith(one, key)))
  await context.keys.revocations.take(
    unplaced.flatMap((one) => one.unplaced),
    owner,
  )
  if (learnt.length > 0) await release(context, keyIds)
  const outcomes = [...taken, ...unsupportedOutcomes(claims.unsupported)]
  return { outcomes, keyIds, seen: [...known, ...keys] }
}

const waitsForKey = (outcome: SubmitOutcome): boolean =>
  outcome.status === 'waiting' && outcome.waiting.waitingFor === 'key'

async function haveChanged(
  { indexing }: SubmissionContext,
  keyIds: readonly string[],
  known: readonly KeyRow[],
): Promise<boolean> {
  const forms = new Set(known.map(({ digest }) => digest))
  const now = (await Promise.all(keyIds.map(indexing.reading.keyring.forKeyId))).flat()
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

interface KeysFor {
  readonly known: readonly KeyRow[]
  readonly keys: readonly KeyRow[]
  readonly newKeys: readonly KeyRow[]
  /** Those that were sent and can have signed it, with revocations of subkeys that they do not have. */
  readonly sentKeys: readonly {
    readonly key: KeyRow
    readonly unplaced: readonly WaitingRevocation[]
  }[]
}

/** Known keys by those ids, and what was sent beside the certification that is new. */
async function keysFor(
  { keyring, pool }: ReadContext,
  keyIds: readonly string[],
  sent: { readonly bytes: Uint8Array; readonly owner: string } | undefined,
): Promise<KeysFor> {
  const known = (await Promise.all(keyIds.map(keyring.forKeyId))).flat()
  if (sent === undefined) return { known, keys: known, newKeys: [], sentKeys: [] }
  const sentKeys = (await pool.readUpload(sent.bytes, sent.owner)).keys.filter(({ key }) =>
    key.signingKeyIds.some((keyId) => keyIds.includes(keyId)),
  )
  const newKeys = (
    await Promise.all(sentKeys.map(({ key }) => keyring.newForm(key, sent.owner)))
  ).flatMap((key) => key ?? [])
  // an old copy that is sent must not hide a revocation that a keyring file has
  const merged = newKeys.map((key) => {
    const there = known.find(({ fingerprint }) => fingerprint === key.fingerprint)
    return there === undefined ? key : mergeKeyRows(there, key)
  })
  const renewed = new Set(merged.map(({ fingerprint }) => fingerprint))
  const others = known.filter(({ fingerprint }) => !renewed.has(fingerprint))
  return { known, keys: [...others, ...merged].toSorted(byFingerprint), newKeys: merged, sentKeys }
}

/**
 * Where nobody is known to have signed it and somebody known has not, it was changed: the rest must not wait for its keys.
 * @throws VerificationError SIGNATURE_INVALID, SIGNER_UNAUTHORIZED
 */
function refuseForged(examinations: readonly Examination[]): void {
  if (examinations.some(({ signature }) => signature === 'good')) return
  for (const one of examinations)
    if (one.signature === 'invalid') throw new VerificationError(one.code, one.reason)
}
