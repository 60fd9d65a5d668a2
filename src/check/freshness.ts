/* How much a node can have known of the operators of a policy, by what the owners of feeds have signed. */
import { CountersignError } from '../base/errors.ts'
import { counted } from '../base/counted.ts'
import { isoTime } from '../base/iso-time.ts'
import type { Policy } from '../certification/policy.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import { FEEDS_OF_OWNER, type Freshness } from '../contract/lookup-answer.ts'
import type { VerifiedStatement } from './operator-statements.ts'

/** What one node shows of what owners of feeds have signed; times in milliseconds since 1970, 0 if nothing signed holds. */
export interface Heard {
  /** By fingerprint: of the freshest feed that the node gives for that rebuilder. Whose feed that is the node has chosen. */
  readonly byRebuilder: ReadonlyMap<string, number>
  /** By peer id: of each feed of that owner. */
  readonly byOwner: ReadonlyMap<string, readonly Spoken[]>
}

/** Of one feed. */
interface Spoken {
  readonly one: Freshness
  /** Peer id, and what the feed is for, as its origin says; `undefined` if that does not hold. */
  readonly origin: { readonly peerId: string; readonly dialect: string } | undefined
  /** Milliseconds since 1970; 0 if no statement holds. */
  readonly time: number
}

/** What one node can have known. */
export interface AsOf {
  /** Milliseconds since 1970: of the operator of whom it has heard least. `undefined`: nothing says anything of one, or of any. */
  readonly time: number | undefined
  /** Name of that operator; `undefined` if there is none. */
  readonly operator: string | undefined
  /** Names of operators who are dated by owners of other feeds than theirs, as far as the node says in which feeds they stand. */
  readonly misdated: readonly string[]
}

/** What is verified, and when. */
interface Verifying {
  /** Fingerprints that were asked for. */
  readonly rebuilders: readonly string[]
  /** Peer ids that were asked for. Of nothing else anything is read. */
  readonly owners: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** An operator with all that is known of it. */
interface Known {
  readonly name: string
  /** Fingerprints of all primary keys that it has. */
  readonly keys: readonly string[]
  /** Peer ids of the owners whose word counts of it; empty: whichever the node shows. */
  readonly owners: readonly string[]
}

/** A certification that the node gave, verified. */
type Given = Pick<VerifiedStatement, 'rebuilder' | 'dialect'>

/** Verifies what a node gave. What does not hold, or is of the future, says nothing. */
export async function heardOf(given: readonly Freshness[], verifying: Verifying): Promise<Heard> {
  const byRebuilder = new Map<string, number>()
  const byOwner = new Map<string, Spoken[]>()
  for (const spoken of await spokenIn(given, verifying)) {
    const { one, origin, time } = spoken
    for (const rebuilder of one.rebuilders)
      byRebuilder.set(rebuilder, Math.max(time, byRebuilder.get(rebuilder) ?? 0))
    if (origin === undefined) continue
    const those = byOwner.get(origin.peerId) ?? []
    those.push(spoken)
    byOwner.set(origin.peerId, those)
  }
  return { byRebuilder, byOwner }
}

/** Of what several nodes gave the freshest that holds: for each of the rebuilders asked for, and of each feed of the owners. */
export async function freshestOf(
  lists: Iterable<readonly Freshness[]>,
  verifying: Verifying,
): Promise<readonly Freshness[]> {
  const spoken = (await Promise.all([...lists].map((given) => spokenIn(given, verifying)))).flat()
  const freshest = spoken.toSorted((one, other) => other.time - one.time)
  const ofRebuilders = verifying.rebuilders.flatMap((rebuilder) => {
    const first = freshest.find(({ one }) => one.rebuilders.includes(rebuilder))
    return first === undefined ? [] : [held(first, [rebuilder])]
  })
  const ofOwners = new Map<string, Freshness>()
  for (const one of freshest) {
    const { origin } = one
    const { feed } = one.one
    if (origin !== undefined && verifying.owners.includes(origin.peerId) && !ofOwners.has(feed))
      ofOwners.set(feed, held(one, []))
  }
  return [...ofRebuilders, ...ofOwners.values()]
}

/** To be passed on: without a statement that does not hold. */
const held = ({ one, time }: Spoken, rebuilders: readonly string[]): Freshness => ({
  ...one,
  statement: time === 0 ? null : one.statement,
  rebuilders: [...rebuilders],
})

/** A node has one feed for each rebuilder at most, and a few of each owner. */
async function spokenIn(
  given: readonly Freshness[],
  { rebuilders: asked, owners, now }: Verifying,
): Promise<readonly Spoken[]> {
  const wanted = given
    .filter(({ rebuilders }) => owners.length > 0 || rebuilders.some((one) => asked.includes(one)))
    .slice(0, asked.length + FEEDS_OF_OWNER * owners.length)
  const spoken: Spoken[] = []
  for (const one of wanted) spoken.push(await read(one, now))
  return spoken
}

/**
 * Of each operator the freshest feed counts, and of all operators the one of whom least was heard. Where owners are named, only
 * theirs count, of those dialects of which the node gave certifications of that operator: the node chooses what it shows, and an owner's
 * other feed says nothing of the one that is kept from it.
 * @param given what the node gave
 * @param isFresh is what was signed then as new as the policy wants?
 */
export function asOf(
  operators: readonly Known[],
  { heard, given }: { readonly heard: Heard; readonly given: readonly Given[] },
  isFresh: (time: number) => boolean,
): AsOf {
  const times = operators.flatMap(({ name, keys, owners }) => {
    const own = given.filter(({ rebuilder }) => keys.includes(rebuilder))
    if (owners.length > 0) {
      const dialects = new Set(own.map(({ dialect }) => dialect))
      const spoken = owners.flatMap((owner) => heard.byOwner.get(owner) ?? [])
      const fitting = spoken.filter(
        ({ origin }) => dialects.size === 0 || dialects.has(origin?.dialect ?? ''),
      )
      const time = latest(fitting)
      const isCertifying = own.length > 0 || keys.some((key) => heard.byRebuilder.has(key))
      const isMisdated =
        isCertifying && isFresh(time) && isTold(fitting) && !isFresh(latest(having(fitting, keys)))
      return [{ name, time, isMisdated }]
    }
    const isKnown = own.length > 0 || keys.some((key) => heard.byRebuilder.has(key))
    if (!isKnown) return []
    const time = Math.max(...keys.map((key) => heard.byRebuilder.get(key) ?? 0))
    return [{ name, time, isMisdated: false }]
  })
  const [least] = times.toSorted((one, other) => one.time - other.time)
  return {
    time: least?.time === 0 ? undefined : least?.time,
    operator: least?.name,
    misdated: times.filter((one) => one.isMisdated).map(({ name }) => name),
  }
}

const latest = (spoken: readonly Spoken[]): number => Math.max(0, ...spoken.map(({ time }) => time))

/** A node of before does not say in which feeds anything stands. */
const isTold = (spoken: readonly Spoken[]): boolean =>
  spoken.every(({ one }) => one.holds !== undefined)

const having = (spoken: readonly Spoken[], keys: readonly string[]): readonly Spoken[] =>
  spoken.filter(({ one: { holds = [] } }) => keys.some((key) => holds.includes(key)))

/** What is to be said of a node that is fresh, in words that go on after its name; `undefined` if nothing. */
export function doubtOf({ misdated }: AsOf): string | undefined {
  const [first, ...more] = misdated
  if (first === undefined) return undefined
  const others = more.length === 0 ? '' : ` (and of ${counted(more.length, 'other')})`
  return `has none of the newest certifications of ${first}${others} in a feed of an owner that the policy names for it and that signed lately: how fresh it is says the owner of some other feed. Name the peer id of the node to which they are given`
}

/** Is what was signed then as new as the policy wants? */
export const isFreshBy =
  ({ maxAge }: Policy, now: number): ((time: number) => boolean) =>
  (time) =>
    time > 0 && (maxAge === undefined || time >= now - maxAge.milliseconds)

/** Why a node counts as one that cannot be reached, in words that go on after its name; `undefined` if it does not. */
export function staleness(
  { maxAge }: Policy,
  { time, operator }: Pick<AsOf, 'time' | 'operator'>,
  now: number,
): string | undefined {
  if (maxAge === undefined || (time !== undefined && time >= now - maxAge.milliseconds))
    return undefined
  const whose = operator === undefined ? 'an operator of the policy' : operator
  const whom = `an owner that the policy names for ${whose}`
  return time === undefined
    ? `does not show how fresh it is: it has nothing that ${whom} signed, and max-age is ${maxAge.text}`
    : `is out of date: it has heard of ${whom} at ${isoTime(time)} last, and max-age is ${maxAge.text}`
}

/** What of it holds. */
async function read(one: Freshness, now: number): Promise<Spoken> {
  // who asks a node that has none need not wait for these
  const { decodeOrigin } = await import('../feeds/format/origin.ts')
  const { decodeHave, verifyHave } = await import('../network/frames/have-statement.ts')
  let origin: Spoken['origin']
  let time = 0
  try {
    origin = await decodeOrigin(bytesOf(one.origin), one.feed)
    if (one.statement !== null) {
      const statement = decodeHave(bytesOf(one.statement))
      if (statement.feed === one.feed && statement.peerId === origin.peerId) {
        verifyHave(statement)
        time = statement.time <= now + CLOCK_TOLERANCE ? statement.time : 0
      }
    }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
  }
  return { one, origin, time }
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
