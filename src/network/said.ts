/* What peers say that they have of feeds, as the doors show it. */
import { TIME_SLICE, yieldMainThread } from '../base/main-thread.ts'
import type { HeardStatement, OwnerStatement } from '../contract/following.ts'
import { FEEDS_OF_OWNER } from '../contract/lookup-answer.ts'
import { encodeHave, type HaveStatement } from './frames/have-statement.ts'
import type { HaveBook } from './heads/have-book.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

export function heardStatement({ peerId, length, lacking, time }: HaveStatement): HeardStatement {
  const count = lacking.reduce((sum, range) => sum + range.count, 0)
  return { peerId, length, lacking: count, time }
}

/** `undefined` of a feed that is not here, or whose block 0 is not. */
export async function ownerStatement(
  haves: Pick<HaveBook, 'byOwner'>,
  local: LocalFeeds,
  key: string,
): Promise<OwnerStatement | undefined> {
  const own = local.written(key)
  const former = local.node.formerFeeds().find((feed) => feed.key === key)
  const mine = own ?? former
  const other = local.replicas.byKey.get(key)
  const origin = mine === undefined ? other?.row.originBlock : await mine.readData(0)
  if (origin === undefined) return undefined
  const said = haves.byOwner(key)
  return {
    why: own !== undefined ? 'own' : mine !== undefined ? 'former' : (other?.why ?? 'stranger'),
    origin,
    statement: said === undefined ? undefined : encodeHave(said),
    time: said?.time ?? 0,
  }
}

/** See `NetworkView.ownedBy`. */
export async function ownedBy(
  haves: Pick<HaveBook, 'byOwner'>,
  local: LocalFeeds,
  owners: ReadonlySet<string>,
): Promise<ReadonlyMap<string, OwnerStatement>> {
  if (owners.size === 0) return new Map()
  const feeds = new Map<string, string[]>()
  const add = (owner: string, key: string): void => {
    if (!owners.has(owner)) return
    const those = feeds.get(owner) ?? []
    those.push(key)
    feeds.set(owner, those)
  }
  for (const { key } of local.node.ownFeeds()) add(local.owner, key)
  for (const { key } of local.node.formerFeeds()) add(local.owner, key)
  for (const [key, { origin }] of local.replicas.byKey) add(origin.peerId, key)
  const timeOf = (key: string): number => haves.byOwner(key)?.time ?? 0
  const found = new Map<string, OwnerStatement>()
  let since = performance.now()
  for (const keys of feeds.values())
    for (const key of keys
      .toSorted((one, other) => timeOf(other) - timeOf(one))
      .slice(0, FEEDS_OF_OWNER)) {
      const statement = await ownerStatement(haves, local, key)
      if (statement !== undefined) found.set(key, statement)
      if (performance.now() - since < TIME_SLICE) continue
      await yieldMainThread()
      since = performance.now()
    }
  return found
}
