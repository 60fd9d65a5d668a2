/* One certification of a submission, once it was examined: admit -> append -> followed -> receipt. */
import { admission, type Collection } from '../../certification/admission.ts'
import type { Certification, Examination } from '../../certification/certification.ts'
import { VerificationError, WithheldError } from '../../base/errors.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { Place } from '../../feeds/format/entry.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { Submission } from '../../contract/repository.ts'
import type { Receipt, SubmitOutcome } from '../../contract/submission.ts'
import { documentFacts } from '../entries/document-facts.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { factsOf } from '../tombstones/withheld.ts'
import { aliasToKeep } from './alias.ts'
import { ownVariantOf, hasManyUnverified } from './own-variant.ts'
import { receiptOf } from './receipt.ts'
import type { SubmissionContext } from './submission-context.ts'
import { addressOf, leftOutOf } from './waiting-submissions.ts'

/** A certification, where it goes, and the keys that it was examined with. */
export interface Examined {
  readonly collection: Collection
  readonly feed: OwnFeed
  readonly submission: Submission
  readonly examination: Examination
  readonly keys: readonly KeyRow[]
}

/** @throws VerificationError, WithheldError, MalformedError, AdmissionError, StorageError */
export async function admit(
  context: SubmissionContext,
  { collection, feed, submission, examination, keys }: Examined,
): Promise<SubmitOutcome> {
  if (examination.signature === 'invalid')
    throw new VerificationError(examination.code, examination.reason)
  const { indexing, writing, aliases } = context
  const { indexes, reading } = indexing
  const { certification } = examination
  const { id } = certification
  refuseWithheld(reading, id)
  const alias = aliasToKeep(certification, submission.alias)
  const named = { feed, address: addressOf(submission), alias }
  const look = async () => {
    const found = await certificationRow(indexes, id)
    const place = { feed, entries: reading.entries }
    return { row: found, held: found && (await ownVariantOf(place, found, certification)) }
  }
  let { row, held: ownVariant } = await look()
  const signer = keys.find((key) => isSignedWith(examination, key))
  if (ownVariant?.signature === 'key-unknown' && signer !== undefined) {
    await context.keys.learn(signer, addressOf(submission))
    ;({ row, held: ownVariant } = await look())
  }
  const receipt = receiptsOf(certification, { feed, now: reading.now })
  if (row !== undefined && ownVariant !== undefined && !aliases.isWelcome(row, named))
    return { status: 'known', receipt: await receipt(row, ownVariant) }
  const decision = admission(collection, examination, reading.keyring.isConfigured)
  const isLate = examination.signature === 'key-unknown' && hasManyUnverified(row, feed)
  if (decision === 'wait' || isLate)
    return context.waiting.forKey(collection, certification, submission)
  const place = await writing.writer.appendEntry({
    feed,
    key: signer,
    facts: documentFacts(certification.claimedKeyId, certification.buildinfo.sources),
    entry: {
      kind: 'certification',
      id,
      dialect: collection.dialect,
      bytes: certification.bytes,
      signature: certification.signature,
      alias,
      acceptedAt: reading.now(),
    },
  })
  aliases.count(id, named)
  await writing.reached(feed.key, place.sequence + 2)
  const followed = await certificationRow(indexes, id)
  // withheld while it was written
  refuseWithheld(reading, id)
  const variant = ownVariant ?? variantAt(followed, feed, place)
  if (followed === undefined || variant === undefined)
    throw new Error(`certification ${id} was appended and is in no index`)
  return {
    status: ownVariant === undefined ? 'accepted' : 'known',
    receipt: await receipt(followed, variant),
  }
}

export const isSignedWith = (examination: Examination, key: KeyRow): boolean =>
  examination.signature === 'good' && examination.facts.rebuilder === key.fingerprint

/** @throws WithheldError */
function refuseWithheld({ withheld }: ReadContext, id: string): void {
  const row = withheld.get(id)
  if (row !== undefined) throw new WithheldError(factsOf(row))
}

const receiptsOf =
  (
    { buildinfo }: Certification,
    { feed, now }: { readonly feed: OwnFeed; readonly now: () => number },
  ) =>
  async (row: CertificationRow, variant: Variant): Promise<Receipt> => ({
    ...(await receiptOf(row, variant, { feed, now: now() })),
    ...leftOutOf(buildinfo),
  })

function variantAt(
  row: CertificationRow | undefined,
  feed: OwnFeed,
  place: Place,
): Variant | undefined {
  return row?.variants.find((one) => {
    const { sequence, position } = one.original ?? one
    return one.feed === feed.key && sequence === place.sequence && position === place.position
  })
}
