import { isoTime } from '../../base/iso-time.ts'
import { createHash } from 'node:crypto'
import type { Collection } from '../../certification/admission.ts'
import type { Certification } from '../../certification/certification.ts'
import type { Buildinfo } from '../../certification/dialects/dialect.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import { AdmissionError } from '../../base/errors.ts'
import { MAX_BYTES, decodeEntry, encodeEntry } from '../../feeds/format/entry.ts'
import type { WaitingPlace } from '../../state/waiting-place.ts'
import { DOCUMENT, type WaitingItem } from '../../state/waiting-item.ts'
import { checkAlias } from './alias.ts'
import { howToSendKey, howToSendSignature } from './how-to-send.ts'
import type { Submission } from '../../contract/repository.ts'
import type { SubmitOutcome, Waiting } from '../../contract/submission.ts'
import type { VerificationPool } from '../verification/verification-pool.ts'

/** Where a submission waits for what it lacks, within the bounds of the waiting place. */
export interface WaitingSubmissions {
  /** @throws MalformedError SIGNATURE_MISSING where the dialect knows no detached signature, and what reading it throws */
  readonly forSignature: (collection: Collection, submission: Submission) => Promise<SubmitOutcome>
  readonly forKey: (
    collection: Collection,
    certification: Certification,
    submission: Submission,
  ) => Promise<SubmitOutcome>
  /** What waits for one of these keys, with how to forget it. */
  readonly byKeys: (keyIds: readonly string[]) => Promise<readonly Waiter[]>
}

export interface Waiter {
  readonly submission: Submission
  readonly done: () => Promise<void>
}

/** Submitters without an address are those in this process. */
const LOCAL = 'local'
export const addressOf = ({ address }: { readonly address?: string | undefined }): string =>
  address ?? LOCAL

/**
 * Puts submissions into that place and finds them there; nothing is open behind it but the place. Its functions throw
 * StorageError DISK.
 */
export function openWaitingSubmissions(
  place: WaitingPlace,
  pool: Pick<VerificationPool, 'readUnsigned'>,
): WaitingSubmissions {
  return {
    forSignature: async (collection, submission) => {
      const buildinfo = await readPlaced(collection, submission, pool)
      const segments = submission.alias ?? waitingPath(buildinfo, submission.bytes)
      const expires = await place.put({
        collection: collection.name,
        waitsFor: { kind: 'path', path: segments.join('/') },
        id: DOCUMENT,
        address: addressOf(submission),
        bytes: submission.bytes,
      })
      return waitingOutcome({
        waitingFor: 'signature',
        collection: collection.name,
        expires: isoTime(expires),
        ...leftOutOf(buildinfo),
        next: howToSendSignature(collection, segments),
      })
    },
    forKey: async (collection, certification, submission) => {
      const { id, claimedKeyId: keyId, bytes, signature } = certification
      const expires = await place.put({
        collection: collection.name,
        waitsFor: { kind: 'key', keyId },
        id,
        address: addressOf(submission),
        bytes: encodeEntry({
          kind: 'certification',
          id,
          dialect: collection.dialect,
          bytes,
          signature,
          alias: submission.alias?.join('/'),
          acceptedAt: 0,
        }),
      })
      return waitingOutcome({
        waitingFor: 'key',
        collection: collection.name,
        id,
        keyId,
        expires: isoTime(expires),
        ...leftOutOf(certification.buildinfo),
        next: howToSendKey(collection, keyId),
      })
    },
    byKeys: async (keyIds) => {
      const lists = await Promise.all(keyIds.map((keyId) => place.listByKey(keyId)))
      return lists.flat().flatMap((item) => waiterOf(place, item))
    },
  }
}

/** For an answer: what of the document could not be taken. */
export const leftOutOf = ({ leftOut }: Buildinfo): Pick<Waiting, 'leftOut'> =>
  leftOut === undefined ? {} : { leftOut }

const waitingOutcome = (waiting: Waiting): SubmitOutcome => ({ status: 'waiting', waiting })

function waiterOf(place: WaitingPlace, item: WaitingItem): readonly Waiter[] {
  const entry = decodeEntry(item.bytes)
  if (entry.kind !== 'certification') return []
  const { bytes, signature, alias } = entry
  const submission = {
    collection: item.collection,
    bytes,
    signature,
    alias: alias?.split('/'),
    address: item.address,
  }
  return [{ submission, done: () => place.remove([item]) }]
}

async function readPlaced(
  { dialect }: Collection,
  submission: Submission,
  pool: Pick<VerificationPool, 'readUnsigned'>,
): Promise<Buildinfo> {
  const { bytes, alias } = submission
  if (bytes.length > MAX_BYTES)
    throw new AdmissionError('TOO_LARGE', `A certification has at most ${MAX_BYTES} bytes.`)
  const buildinfo = await pool.readUnsigned({ unsigned: bytes, dialect }, addressOf(submission))
  checkAlias(buildinfo, alias)
  return buildinfo
}

/** A document that came by POST waits under the name that its content gives it. */
function waitingPath(buildinfo: Buildinfo, bytes: Uint8Array): readonly string[] {
  const segments = buildinfo.sources.map(toSegments).find((one) => one !== undefined) ?? []
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return [...segments, `${buildinfo.stem}_${digest}.buildinfo`]
}
