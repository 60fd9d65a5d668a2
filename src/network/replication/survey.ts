/* What the indexes know of replicas and nobody is told of by itself: asked one after the other, from time to time. */
import type { Quotas } from '../../contract/networking.ts'
import type { PeerFaults } from '../hosting/peer-faults.ts'
import type { Judged } from './followed.ts'
import type { Holdings } from './holdings.ts'
import { MOST_RUBBISH } from './judge.ts'
import type { NodeFeeds } from './node-feeds.ts'
import type { Replicas } from './replicas.ts'

export interface SurveyParts {
  readonly replicas: Replicas
  readonly feeds: Pick<NodeFeeds, 'ownFeeds' | 'rubbish' | 'seconded'>
  readonly quotas: Quotas
  readonly holdings: Holdings
  readonly judge: (one: Judged) => void
  readonly blame: PeerFaults
}

/** @throws StorageError DISK */
export async function survey(parts: SurveyParts): Promise<void> {
  await findRubbish(parts)
  await countSeconded(parts)
}

async function findRubbish({ replicas, feeds, judge, blame }: SurveyParts): Promise<void> {
  for (const one of replicas.byKey.values()) {
    if (one.isRubbish || !one.isIndexed) continue
    if ((await feeds.rubbish(one.row.key)) < MOST_RUBBISH) continue
    one.isRubbish = true
    blame.offered(one.origin.peerId, 'writes entries that are not what they claim to be')
    judge(one)
  }
}

/** Counted only while seats are dear. */
async function countSeconded({ replicas, feeds, quotas, holdings }: SurveyParts): Promise<void> {
  const all = [...replicas.byKey.values()]
  const strangers = all.filter(({ why, isIndexed }) => why === 'stranger' && isIndexed)
  if (strangers.length * 2 < quotas.strangerFeeds) return
  const trusted = all.filter(({ why }) => why !== 'stranger')
  const others = new Set(
    [...feeds.ownFeeds(), ...trusted.map(({ row }) => row)].map(({ key }) => key),
  )
  for (const one of strangers) one.seconded = await feeds.seconded(one.row.key, others)
  holdings.forget()
}
