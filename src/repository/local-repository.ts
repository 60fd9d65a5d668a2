import { proveInclusion } from '../feeds/format/inclusion-proof.ts'
import type { Events } from '../contract/event.ts'
import type { NetworkView } from '../contract/following.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WaitingPlace } from '../state/waiting-place.ts'
import { makeCertificationAnswers } from './certification-answers.ts'
import { makeKeyAnswers } from './key-answers.ts'
import { makePathAnswers } from './path-answers.ts'
import { makeAgreements } from './queries/agreements.ts'
import { makeFreshness } from './queries/freshness.ts'
import type { QueryContext } from './queries/query-context.ts'
import { makeNames } from './queries/find-named.ts'
import type { StatusAnswers } from './queries/status.ts'
import type { SubmissionContext } from './submission/submission-context.ts'
import { makeWaitingList } from './submission/waiting-list.ts'
import { makeIntake } from './intake.ts'
import { makeWithheldAnswers } from './withholding/withheld-answers.ts'
import { makeGates } from './work-budget/gates.ts'

/** How a node is, and what comes to it. */
interface NodeSources {
  readonly status: StatusAnswers
  readonly events: Events
  /** `undefined` as long as it is not open. */
  readonly network: () => NetworkView | undefined
  /** What waits here for what it lacks. */
  readonly place: WaitingPlace
  readonly isReadOnly: boolean
}

/** The promises of a node over its own feeds and indexes. */
export function makeLocalRepository(
  queries: QueryContext,
  submissions: SubmissionContext,
  { status, events, network, place, isReadOnly }: NodeSources,
): NodeRepository {
  const { collections, indexes, pool, feeds } = queries
  const gates = makeGates()
  const paths = makePathAnswers(queries, gates)
  const answers = makeCertificationAnswers(queries, gates)
  const fresh = makeFreshness(queries, network)
  return {
    collections: [...collections.values()],
    version: indexes.version,
    namedOperators: queries.namedOperators,
    ...makeIntake(submissions, { gates, browse: paths }, { place, isReadOnly }),
    ...paths,
    ...answers,
    ...makeNames(indexes),
    ...makeAgreements(queries, gates),
    ...makeKeyAnswers(queries, gates),
    ...makeWaitingList(place, collections, pool),
    ...makeWithheldAnswers(queries.withheld),
    ...status,
    certification: async (id) => {
      const found = await answers.certification(id)
      const view = network()
      if (found === undefined || view === undefined) return found
      return { ...found, copies: view.copiesOf(found.places) }
    },
    freshness: (rebuilders, owners) => gates.lookup.pass(() => fresh(rebuilders, owners)),
    cursor: events.cursor,
    events: events.events,
    // a feed is named by its key in any case
    proof: async (key, sequence) => {
      const feed = feeds.of(key.toLowerCase())
      return feed === undefined ? undefined : proveInclusion(feed, sequence)
    },
  }
}
