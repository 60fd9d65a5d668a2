import { proveInclusion } from '../feeds/format/inclusion-proof.ts'
import type { Events } from '../contract/event.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WaitingPlace } from '../state/waiting.ts'
import { makeCertificationAnswers } from './certification-answers.ts'
import { makeKeyAnswers } from './key-answers.ts'
import { makePathAnswers } from './path-answers.ts'
import { makeAgreements } from './queries/agreements.ts'
import type { Answering } from './queries/answering.ts'
import { makeNames } from './queries/find-named.ts'
import type { StatusAnswers } from './queries/status.ts'
import type { SubmissionContext } from './submission/submission-context.ts'
import { makeWaitingList } from './submission/waiting-list.ts'
import { makeIntake } from './intake.ts'
import { makeWithheldAnswers } from './withholding/withheld-answers.ts'
import { makeGates } from './work-budget/gates.ts'

/** How a node is, and what comes to it. */
interface Told {
  readonly status: StatusAnswers
  readonly events: Events
  /** What waits here for what it lacks. */
  readonly place: WaitingPlace
  readonly isReadOnly: boolean
}

/** The promises of a node over its own feeds and indexes. */
export function makeLocalRepository(
  answering: Answering,
  road: SubmissionContext,
  { status, events, place, isReadOnly }: Told,
): NodeRepository {
  const { collections, indexes, pool, feeds } = answering
  const gates = makeGates()
  const paths = makePathAnswers(answering, gates)
  return {
    collections: [...collections.values()],
    version: indexes.version,
    naming: answering.naming,
    ...makeIntake(road, { gates, browse: paths }, { place, isReadOnly }),
    ...paths,
    ...makeCertificationAnswers(answering, gates),
    ...makeNames(indexes),
    ...makeAgreements(answering, gates),
    ...makeKeyAnswers(answering, gates),
    ...makeWaitingList(place, collections, pool),
    ...makeWithheldAnswers(answering.withheld),
    ...status,
    cursor: events.cursor,
    events: events.events,
    // a feed is named by its key in any case
    proof: async (key, sequence) => {
      const feed = feeds.of(key.toLowerCase())
      return feed === undefined ? undefined : proveInclusion(feed, sequence)
    },
  }
}
