/* What peers say that they have of feeds, as the doors show it. */
import type { HeardStatement, OwnerStatement } from '../contract/following.ts'
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
