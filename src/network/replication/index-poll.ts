/* What the indexes know of replicas and tell nobody by themselves: asked one after the other, from time to time. */
import { makeMutex } from '../../base/mutex.ts'
import { type CopyRules, MOST_RUBBISH } from './copy-rules.ts'
import type { LocalFeeds } from './local-feeds.ts'

export interface IndexPoll {
  /** Asks once more, as soon as what was begun before is done. */
  readonly begin: () => void
  /** Resolves when nothing is asked any more. */
  readonly settled: () => Promise<void>
}

/**
 * Looks at what the followed feeds have in the indexes, and lets the rules judge by that. It looks at nothing before it is
 * told to.
 */
export function makeIndexPoll(local: LocalFeeds, rules: CopyRules): IndexPoll {
  const polling = makeMutex()
  const poll = async (): Promise<void> => {
    await findRubbish(local, rules)
    await countSeconded(local, rules)
  }
  return {
    begin() {
      polling.run(poll).catch(local.replicas.list.failed)
    },
    settled: polling.idle,
  }
}

async function findRubbish({ replicas, node }: LocalFeeds, rules: CopyRules): Promise<void> {
  for (const one of replicas.byKey.values()) {
    if (one.isRubbish || !one.isIndexed) continue
    if ((await node.rubbish(one.row.key)) < MOST_RUBBISH) continue
    one.isRubbish = true
    replicas.misrepresented.emit(one, 'writes entries that are not what they claim to be')
    rules.apply(one)
  }
}

/** Counted only while seats are dear. */
async function countSeconded(
  { replicas, node }: LocalFeeds,
  { allowance }: CopyRules,
): Promise<void> {
  const all = [...replicas.byKey.values()]
  const strangers = all.filter(({ why, isIndexed }) => why === 'stranger' && isIndexed)
  if (!allowance.isHalfTaken(strangers.length)) return
  const trusted = all.filter(({ why }) => why !== 'stranger')
  const others = new Set(
    [...node.ownFeeds(), ...trusted.map(({ row }) => row)].map(({ key }) => key),
  )
  for (const one of strangers) one.seconded = await node.seconded(one.row.key, others)
  allowance.usage.forget()
}
