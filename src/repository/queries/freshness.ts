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
/** A policy asks the same again and again. */
const REMEMBERED = 16

type FeedsOf = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Of each rebuilder who has certified anything here, the feed whose owner spoke last. Feeds of strangers count only for whom no
 * other feed has: anybody can copy certifications into a feed and keep it fresh.
 * @param network `undefined`: nothing is known of any owner
 */
export function makeFreshness(
  queries: QueryContext,
  network: () => NetworkView | undefined,
): NodeRepository['freshness'] {
  const remembered = makeAnswerCache(queries.indexes, REMEMBERED)
  return async (rebuilders) => {
    const view = network()
    if (view === undefined) return []
    const names = [...rebuilders].toSorted()
    const { feeds } = await remembered.remember(names.join(' '), async () => ({
      feeds: await feedsOf(queries, names),
    }))
    const statements = new Map<string, OwnerStatement>()
    for (const feed of new Set([...feeds.values()].flatMap((some) => [...some]))) {
      const statement = await view.ownerStatement(feed)
      if (statement !== undefined) statements.set(feed, statement)
    }
    return answerOf(feeds, statements)
  }
}

function answerOf(
  feeds: FeedsOf,
  statements: ReadonlyMap<string, OwnerStatement>,
): readonly Freshness[] {
  const byFeed = new Map<string, string[]>()
  for (const [rebuilder, some] of feeds) {
    const feed = freshest(some, statements)
    if (feed === undefined) continue
    const those = byFeed.get(feed) ?? []
    those.push(rebuilder)
    byFeed.set(feed, those)
  }
  return [...byFeed].flatMap(([feed, rebuilders]) => {
    const found = statements.get(feed)
    if (found === undefined) return []
    const { origin, statement } = found
    return [
      {
        rebuilders,
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
  rebuilders: readonly string[],
): Promise<FeedsOf> {
  const pauseIfDue = makePause()
  const most = Math.max(1, Math.min(LOOKED_AT, Math.floor(LOOKED_AT_IN_ALL / rebuilders.length)))
  const found = new Map<string, ReadonlySet<string>>()
  for (const name of rebuilders) {
    const feeds = new Set<string>()
    const keys = await keyring.forKeyId(keyIdOf(name))
    for (const primary of new Set([name, ...keys.map(({ fingerprint }) => fingerprint)])) {
      let looked = 0
      for await (const row of newestBy(indexes, primary, now() + CLOCK_TOLERANCE)) {
        if (row.facts?.rebuilder === name || row.facts?.signedBy === name)
          for (const { feed } of row.variants) feeds.add(feed)
        looked += 1
        if (looked === most) break
      }
      const pause = pauseIfDue()
      if (pause !== undefined) await pause
    }
    if (feeds.size > 0) found.set(name, feeds)
  }
  return found
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
