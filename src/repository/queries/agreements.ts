import {
  type SaidByOthers,
  saidOfCertificationInSteps,
} from '../../certification/agreement/said-by-others.ts'
import { agreementBelow, statedBelow } from './agreement-below.ts'
import { runWithPauses } from '../../base/cooperative-task.ts'
import { makeWorkBudget } from '../work-budget/work-budget.ts'
import { type QueryContext, collectionOf } from './query-context.ts'
import { sourceSegments } from './find.ts'
import type { Gates } from '../work-budget/gates.ts'
import { type Gate, unlessBusy } from '../work-budget/gate.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { PageOfAgreement } from '../../contract/repository.ts'
import type { AgreementPage } from '../../contract/agreement.ts'
import { makeSharedAnswers, type SharedAnswers } from '../work-budget/shared-answers.ts'

/** More artifacts than one answer compares. */
const ALL = { limit: 1_000_000 } as const

/** What others say of one certification costs no more, see {@link WorkBudget}. */
const ONE = 300_000

/**
 * Answers about who says the same of an artifact. An answer is shared by all who ask for it at the same time, and passes a
 * gate.
 */
export function makeAgreements(
  context: QueryContext,
  gates: Pick<Gates, 'agreement' | 'optional'>,
): Pick<NodeRepository, 'agreement' | 'agreementIfIdle' | 'saidIfIdle'> {
  // an answer can be large: it is shared by those who ask at the same time, and then let go
  const [asked, adorned] = [makeSharedAnswers(), makeSharedAnswers()]
  const compare = async (
    [name, source]: readonly [string, string],
    { shared, gate }: { readonly shared: SharedAnswers; readonly gate: Gate },
    page: PageOfAgreement,
  ): Promise<AgreementPage | undefined> => {
    const collection = collectionOf(context, name)
    const segments = sourceSegments(source)
    const path = segments.join('/')
    const part = JSON.stringify([
      page.whole ?? false,
      page.limit,
      page.bytes ?? 0,
      page.after ?? null,
    ])
    const found = await shared.share(`${part} ${name}/${path}`, () =>
      gate.pass(() => agreementBelow(context, { collection, segments }, page)),
    )
    const withheld = context.withheld.below([name, ...segments])
    const nothing = {
      collection: name,
      path,
      truncated: false,
      elsewhere: 0,
      artifacts: [],
      uncounted: [],
    }
    return found === undefined && withheld === 0 ? undefined : { ...(found ?? nothing), withheld }
  }
  const [asking, idle] = [
    { shared: asked, gate: gates.agreement },
    { shared: adorned, gate: gates.optional },
  ]
  const said = (
    [name, source]: readonly [string, string],
    id: string,
  ): Promise<SaidByOthers | undefined> =>
    gates.optional.pass(async () => {
      const where = { collection: collectionOf(context, name), segments: sourceSegments(source) }
      const budget = makeWorkBudget(ONE)
      const { artifacts } = await statedBelow(context, { ...where, id }, budget)
      return runWithPauses(saidOfCertificationInSteps(artifacts, id), budget.pauseIfDue)
    })
  return {
    agreement: (name, source, page = ALL) => compare([name, source], asking, page),
    // a certification stands beside others with all that it says
    agreementIfIdle: (name, source) =>
      unlessBusy(compare([name, source], idle, { ...ALL, whole: true }), undefined),
    saidIfIdle: (name, source, id) => unlessBusy(said([name, source], id), undefined),
  }
}
