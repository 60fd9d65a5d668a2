/* How much this node can know of some rebuilders: when the owners of feeds with their certifications last spoke. */
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import type { NetworkView, OwnerStatement } from '../../contract/following.ts'
import type { Freshness } from '../../contract/lookup-answer.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { newestBy } from '../../indexes/signed.ts'
import { makeAnswerCache } from '../work-budget/answer-cache.ts'
import { makePause } from '../work-budget/work-budget.ts'
import type { QueryContext } from './query-context.ts'

/** Certifications of one rebuilder by which its feeds are found, its newest; and of all rebuilders together, if they are many. */
const LOOKED_AT = 8
const LOOKED_AT_IN_ALL = 2_000
/** Rebuilders: policies ask for the same again and again, and a stranger for the same and one other. */
const REMEMBERED = 4_096

type FeedsOf = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Of each rebuilder who has certified anything here, the feed whose owner spoke last. Feeds of strangers count only for whom no
 * other feed has: anybody can copy certifications into a feed and keep it fresh. And the feeds of the owners asked for, whose
 * word counts for who named them.
 * @param network `undefined`: nothing is known of any owner
 */
export function makeFreshness(
  queries: QueryContext,
  network: () => NetworkView | undefined,
): NodeRepository['freshness'] {
  const remembered = makeAnswerCache(queries.indexes, REMEMBERED)
  return async (rebuilders, owners) => {
    const view = network()
    if (view === undefined) return []
    const pauseIfDue = makePause()
    const most = Math.max(1, Math.min(LOOKED_AT, Math.floor(LOOKED_AT_IN_ALL / rebuilders.size)))
    const feeds = new Map<string, ReadonlySet<string>>()
    for (const name of rebuilders) {
      const found = await remembered.remember(`${most} ${name}`, () => feedsOf(queries, name, most))
      if (found.size > 0) feeds.set(name, found)
      await pauseIfDue()
    }
    const statements = new Map<string, OwnerStatement>()
    for (const feed of new Set([...feeds.values()].flatMap((some) => [...some]))) {
      const statement = await view.ownerStatement(feed)
      if (statement !== undefined) statements.set(feed, statement)
    }
    return answerOf(feeds, statements, await view.ownedBy(owners))
  }
}

function answerOf(
  feeds: FeedsOf,
  statements: ReadonlyMap<string, OwnerStatement>,
  owned: ReadonlyMap<string, OwnerStatement>,
): readonly Freshness[] {
  const byFeed = new Map<string, string[]>([...owned.keys()].map((feed) => [feed, []]))
  for (const [rebuilder, some] of feeds) {
    const feed = freshest(some, statements)
    if (feed === undefined) continue
    const those = byFeed.get(feed) ?? []
    those.push(rebuilder)
    byFeed.set(feed, those)
  }
  const holds = new Map<string, string[]>([...owned.keys()].map((feed) => [feed, []]))
  for (const [rebuilder, some] of feeds) for (const feed of some) holds.get(feed)?.push(rebuilder)
  return [...byFeed].flatMap(([feed, rebuilders]) => {
    const found = statements.get(feed) ?? owned.get(feed)
    if (found === undefined) return []
    const { origin, statement } = found
    return [
      {
        rebuilders,
        ...(owned.has(feed) && { holds: holds.get(feed) ?? [] }),
        feed,
        origin: base64(origin),
        statement: statement === undefined ? null : base64(statement),
      },
    ]
  })
}

function freshest(
  feeds: ReadonlySet<string>,
  statements: ReadonlyMap<string, OwnerStatement>,
): string | undefined {
  const rank = (feed: string): number => {
    const one = statements.get(feed)
    if (one === undefined) return -Infinity
    // behind every time there is
    return one.why === 'stranger' ? one.time - Number.MAX_SAFE_INTEGER : one.time
  }
  const [first] = [...feeds].toSorted((one, other) => rank(other) - rank(one))
  return first
}

/** By fingerprint; a policy may name the subkey that signs. */
async function feedsOf(
  { indexes, keyring, now }: QueryContext,
  name: string,
  most: number,
): Promise<ReadonlySet<string>> {
  const feeds = new Set<string>()
  const keys = await keyring.forKeyId(keyIdOf(name))
  const primaries = new Set(keys.map(({ fingerprint }) => fingerprint))
  // a key that only its subkeys sign for is found by its fingerprint alone; who has no key here has certified nothing
  if (!primaries.has(name) && (await keyring.forFingerprint(name)) !== undefined)
    primaries.add(name)
  for (const primary of primaries) {
    let looked = 0
    for await (const row of newestBy(indexes, primary, now() + CLOCK_TOLERANCE)) {
      if (row.facts?.rebuilder === name || row.facts?.signedBy === name)
        for (const { feed } of row.variants) feeds.add(feed)
      looked += 1
      if (looked === most) break
    }
  }
  return feeds
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
