import { readPublicKeys } from '../certification/signatures/public-key.ts'
import { CountersignError } from '../errors.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import type { Keyring } from './keyring.ts'
import type { KeyAdded } from './repository.ts'
import type { Submit } from './submit.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface AddKeysParts {
  readonly keyring: Keyring
  readonly learn: (key: KeyRow) => Promise<void>
  readonly release: (keyIds: readonly string[]) => Promise<readonly string[]>
}

/**
 * Takes public keys, one or many, and then whatever waited for them.
 * @throws MalformedError KEY_SYNTAX, KEY_UNUSABLE; AdmissionError TOO_LARGE, WAITING_FULL
 */
export async function addKeys(
  parts: AddKeysParts,
  bytes: Uint8Array,
): Promise<readonly KeyAdded[]> {
  const answers: KeyAdded[] = []
  for (const key of await readPublicKeys(bytes)) {
    const news = await parts.keyring.news(key)
    if (news !== undefined) await parts.learn(news)
    const released = await parts.release(key.signingKeyIds)
    answers.push({ fingerprint: key.fingerprint, added: news !== undefined, released })
  }
  return answers
}

/** Sends what waited for a key down the road that every submission takes; what is refused waits no longer either. */
export async function releaseWaiting(
  { waiting, submit }: { readonly waiting: WaitingRoom; readonly submit: Submit },
  keyIds: readonly string[],
): Promise<readonly string[]> {
  const released: string[] = []
  for (const { submission, done } of await waiting.byKeys(keyIds)) {
    try {
      const outcomes = await submit(submission)
      if (outcomes.some(({ status }) => status === 'waiting')) continue
      released.push(
        ...outcomes.flatMap((one) => (one.status === 'waiting' ? [] : [one.receipt.id])),
      )
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code === 'DISK') throw error
    }
    await done()
  }
  return released
}
