import { runAs, NODE_ITSELF } from '../../base/requester.ts'
import {
  AdmissionError,
  CountersignError,
  MalformedError,
  StorageError,
  VerificationError,
  WithheldError,
} from '../../base/errors.ts'
import type { Submission } from '../../contract/repository.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { WaitingSubmissions } from './waiting-submissions.ts'

/** What waits for a key is taken when the key comes. */
export interface Releases {
  /** Behind the caller's back. */
  readonly releaseSoon: (keyIds: readonly string[]) => void
  /** Resolves when nothing is being released any more. */
  readonly idle: () => Promise<void>
}

/** @param release takes what waits for these keys */
export function makeReleases(
  release: (keyIds: readonly string[]) => Promise<unknown>,
  onFault: (error: unknown) => void,
): Releases {
  const running = new Set<Promise<unknown>>()
  return {
    releaseSoon: (keyIds) => {
      const turn = runAs(NODE_ITSELF, () => release(keyIds))
        .catch((error: unknown) => {
          // a node that stops leaves it to its next start
          if (!(error instanceof AdmissionError)) onFault(error)
        })
        .finally(() => running.delete(turn))
      running.add(turn)
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** Those of these key ids that are known by now. */
export async function knownAmong(
  keyIds: readonly string[],
  keyring: Pick<Keyring, 'forKeyId'>,
): Promise<readonly string[]> {
  const known = await Promise.all(
    keyIds.map(async (keyId) => ((await keyring.forKeyId(keyId)).length > 0 ? [keyId] : [])),
  )
  return known.flat()
}

/**
 * Sends what waited for a key down the road that every submission takes. What is refused for good waits no longer either;
 * what is not taken for any other reason goes on waiting.
 * @returns the ids of what was taken
 * @throws StorageError; AdmissionError BEHIND, CLOSING
 */
export async function releaseWaiting(
  waiting: Pick<WaitingSubmissions, 'byKeys'>,
  keyIds: readonly string[],
  submit: (submission: Submission) => Promise<readonly SubmitOutcome[]>,
): Promise<readonly string[]> {
  const released: string[] = []
  for (const { submission, done } of await waiting.byKeys(keyIds)) {
    try {
      const outcomes = await submit(submission)
      if (outcomes.some(({ status }) => status === 'waiting')) continue
      released.push(...outcomes.flatMap((one) => ('receipt' in one ? [one.receipt.id] : [])))
    } catch (error) {
      if (isOver(error)) throw error
      if (!isRefused(error)) continue
    }
    await done()
  }
  return released
}

/** It would be refused at any other time too. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof MalformedError ||
    error instanceof VerificationError ||
    error instanceof WithheldError ||
    (error instanceof AdmissionError && error.code === 'REBUILDER_REFUSED')
  )
}

/** The node itself cannot go on, so neither can the next one. */
function isOver(error: unknown): boolean {
  if (!(error instanceof CountersignError) || error instanceof StorageError) return true
  return error.code === 'BEHIND' || error.code === 'CLOSING'
}
