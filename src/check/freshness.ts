/* How much a node can have known of the operators of a policy, by what the owners of feeds have signed. */
import { CountersignError } from '../base/errors.ts'
import { isoTime } from '../base/iso-time.ts'
import type { Operator, Policy } from '../certification/policy.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import type { Freshness } from '../contract/lookup-answer.ts'

/** Of one node: by fingerprint the time of the newest statement that holds, in milliseconds since 1970; 0 if none does. */
export type Heard = ReadonlyMap<string, number>

/** What one node can have known. */
export interface AsOf {
  /** Milliseconds since 1970: of the operator of whom it has heard least. `undefined`: nothing says anything of one, or of any. */
  readonly time: number | undefined
  /** Name of that operator; `undefined` if there is none. */
  readonly operator: string | undefined
}

/** What is verified, and when. */
interface Verifying {
  /** Fingerprints that were asked for; nothing else is read. */
  readonly rebuilders: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Verifies what a node gave. What does not hold, or is of the future, says nothing. */
export async function heardOf(given: readonly Freshness[], verifying: Verifying): Promise<Heard> {
  const timed = await timesOf(given, verifying)
  const heard = new Map<string, number>()
  for (const { one, time } of timed)
    for (const rebuilder of one.rebuilders)
      heard.set(rebuilder, Math.max(time, heard.get(rebuilder) ?? 0))
  return heard
}

/** Of what several nodes gave the freshest that holds, for each of the rebuilders asked for. */
export async function freshestOf(
  lists: Iterable<readonly Freshness[]>,
  verifying: Verifying,
): Promise<readonly Freshness[]> {
  const timed = (await Promise.all([...lists].map((given) => timesOf(given, verifying)))).flat()
  const freshest = timed.toSorted((one, other) => other.time - one.time)
  return verifying.rebuilders.flatMap((rebuilder) => {
    const first = freshest.find(({ one }) => one.rebuilders.includes(rebuilder))
    if (first === undefined) return []
    const { one, time } = first
    return [{ ...one, statement: time === 0 ? null : one.statement, rebuilders: [rebuilder] }]
  })
}

/** A node has one feed for each rebuilder at most. */
async function timesOf(given: readonly Freshness[], { rebuilders: asked, now }: Verifying) {
  const wanted = given
    .filter(({ rebuilders }) => rebuilders.some((one) => asked.includes(one)))
    .slice(0, asked.length)
  const timed: { readonly one: Freshness; readonly time: number }[] = []
  for (const one of wanted) {
    const time = (await timeOf(one)) ?? 0
    timed.push({ one, time: time <= now + CLOCK_TOLERANCE ? time : 0 })
  }
  return timed
}

/**
 * Of each operator the freshest feed counts, and of all operators the one of whom least was heard.
 * @param operators with all primary keys that they have
 * @param certified fingerprints of primary keys by which the node gave anything
 */
export function asOf(
  operators: readonly Operator[],
  heard: Heard,
  certified: ReadonlySet<string>,
): AsOf {
  const times = operators.flatMap(({ name, keys }) => {
    const isKnown = keys.some((key) => heard.has(key) || certified.has(key))
    return isKnown ? [{ name, time: Math.max(...keys.map((key) => heard.get(key) ?? 0)) }] : []
  })
  const [least] = times.toSorted((one, other) => one.time - other.time)
  return { time: least?.time === 0 ? undefined : least?.time, operator: least?.name }
}

/** Why a node counts as one that cannot be reached, in words that go on after its name; `undefined` if it does not. */
export function staleness(
  { maxAge }: Policy,
  { time, operator }: AsOf,
  now: number,
): string | undefined {
  if (maxAge === undefined || (time !== undefined && time >= now - maxAge.milliseconds))
    return undefined
  const whose = operator === undefined ? 'an operator of the policy' : operator
  const whom = `the owner of a feed with certifications by ${whose}`
  return time === undefined
    ? `does not show how fresh it is: it has nothing that ${whom} signed, and max-age is ${maxAge.text}`
    : `is out of date: it has heard of ${whom} at ${isoTime(time)} last, and max-age is ${maxAge.text}`
}

/** `undefined`: no statement of the feed's owner. */
async function timeOf(given: Freshness): Promise<number | undefined> {
  if (given.statement === null) return undefined
  // who asks a node that has none need not wait for these
  const { decodeOrigin } = await import('../feeds/format/origin.ts')
  const { decodeHave, verifyHave } = await import('../network/frames/have-statement.ts')
  try {
    const statement = decodeHave(bytesOf(given.statement))
    const owner = await decodeOrigin(bytesOf(given.origin), given.feed)
    if (statement.feed !== given.feed || statement.peerId !== owner.peerId) return undefined
    verifyHave(statement)
    return statement.time
  } catch (error) {
    if (error instanceof CountersignError) return undefined
    throw error
  }
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
