import { isStoredEd25519 } from '../../certification/signatures/ed25519-key.ts'
import { type KeyPart, keyPartsOf } from '../../certification/signatures/key-part.ts'
import { verifiedPublicKey, userIdsOf } from '../../certification/signatures/public-key.ts'
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import { isoTime } from '../../base/iso-time.ts'
import {
  countingCounter,
  readCounter,
  rebuilderCounter,
  rebuilderCounts,
} from '../../indexes/counters.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import { newestBy, signedTimes } from '../../indexes/signed.ts'
import { activityOf } from './activity.ts'
import { hasIncompleteVersion } from '../../indexes/incomplete-versions.ts'
import type { QueryContext } from './query-context.ts'
import { contradictions, comparisonOf } from './rebuilder-comparison.ts'
import type { RebuilderSummary } from '../../contract/rebuilder-summary.ts'
import type {
  RebuilderDetail,
  RebuilderKey,
  RebuilderKeyPart,
} from '../../contract/rebuilder-detail.ts'
import type { Page, PageOf } from '../../contract/repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import { summaryOf } from './summary.ts'

/** Certifications by which an activity is drawn. Only keys of the index are read for it. */
const COUNTED = 20_000
const CONTRADICTIONS = 100
const NEWEST = 50
const KEY_PARTS = 32

export async function rebuilders(
  context: QueryContext,
  { after, limit }: PageOf,
): Promise<Page<RebuilderSummary>> {
  const items: RebuilderSummary[] = []
  for await (const { fingerprint, certifications } of rebuilderCounts(context.indexes, after)) {
    const last = items.at(-1)
    if (items.length === limit && last !== undefined) return { items, next: last.fingerprint }
    const userIds = userIdsIn(await context.keyring.forFingerprint(fingerprint))
    const { agreement } = await comparisonOf(context.indexes, fingerprint)
    items.push({ fingerprint, userIds, certifications, agreement })
  }
  return { items }
}

export async function rebuilder(
  context: QueryContext,
  name: string,
): Promise<RebuilderDetail | undefined> {
  const fingerprint = name.toUpperCase()
  const certifications = await countBy(context, fingerprint)
  if (certifications === 0) return undefined
  const key = await context.keyring.forFingerprint(fingerprint)
  const { agreement, ...found } = await comparisonOf(context.indexes, fingerprint)
  // a clock that is a little ahead is not the future
  const now = context.now() + CLOCK_TOLERANCE
  const { past, future } = await signedTimes(context.indexes, fingerprint, { now, most: COUNTED })
  return {
    fingerprint,
    userIds: userIdsIn(key),
    certifications,
    agreement,
    key: key === undefined ? null : describeKey(key, context.now()),
    // a month that nothing is dated in has not begun ten minutes before it does
    activity: activityOf(past, Math.max(context.now(), past[0] ?? 0), future),
    measured: {
      ...found,
      complete: found.complete && !(await hasIncompleteVersion(context.indexes, fingerprint)),
      counting: await readCounter(context.indexes, countingCounter(fingerprint)),
      contradictions: await contradictions(context.indexes, fingerprint, CONTRADICTIONS),
    },
    newest: await newest(context, fingerprint, now),
  }
}

/** How many certifications it has made; costs a row. */
export const countBy = ({ indexes }: QueryContext, fingerprint: string): Promise<number> =>
  readCounter(indexes, rebuilderCounter(fingerprint.toUpperCase()))

const userIdsIn = (key: KeyRow | undefined): readonly string[] =>
  key === undefined ? [] : userIdsOf(key.bytes)

function describeKey({ bytes }: KeyRow, now: number): RebuilderKey {
  return {
    kind: isStoredEd25519(bytes) ? 'in-toto' : 'openpgp',
    designatedRevokers: verifiedPublicKey(bytes)?.designatedRevokers ?? [],
    parts: keyPartsOf(bytes)
      .slice(0, KEY_PARTS)
      .map((part) => describePart(part, now)),
  }
}

function describePart(part: KeyPart, now: number): RebuilderKeyPart {
  const { fingerprint, isPrimary, algorithm, createdAt, expiresAt, revoked, maySign } = part
  return {
    fingerprint,
    primary: isPrimary,
    algorithm,
    createdAt: timeOf(createdAt),
    expiresAt: timeOf(expiresAt),
    expired: expiresAt !== undefined && expiresAt <= now,
    revoked: revoked === undefined ? null : { kind: revoked.kind, at: timeOf(revoked.at) },
    maySign,
  }
}

const timeOf = (time: number | undefined): string | null =>
  time === undefined ? null : isoTime(time)

async function newest(
  { indexes, now }: QueryContext,
  fingerprint: string,
  time: number,
): Promise<readonly CertificationSummary[]> {
  const items: CertificationSummary[] = []
  for await (const row of newestBy(indexes, fingerprint, time)) {
    items.push(summaryOf(row, now()))
    if (items.length === NEWEST) break
  }
  return items
}
