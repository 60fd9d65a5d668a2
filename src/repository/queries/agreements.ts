import { type SaidByOthers, saidInSteps } from '../../certification/agreement/said-by-others.ts'
import { agreementBelow, statedBelow } from './agreement-below.ts'
import { withRests } from '../../base/steps.ts'
import { makeWorkBudget } from '../work-budget/work-budget.ts'
import { type Answering, collectionOf } from './answering.ts'
import { sourceSegments } from './find.ts'
import type { Gates } from '../work-budget/gates.ts'
import { type Gate, unlessBusy } from '../work-budget/gate.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { AgreementPage, PageOfAgreement } from '../../contract/repository.ts'
import { makeShared, type Shared } from '../work-budget/shared.ts'

/** More artifacts than one answer compares. */
const ALL = { limit: 1_000_000 } as const

/** What others say of one certification costs no more, see {@link Effort}. */
const ONE = 300_000

export function makeAgreements(
  answering: Answering,
  gates: Pick<Gates, 'comparing' | 'adorning'>,
): Pick<NodeRepository, 'agreement' | 'agreementIfIdle' | 'saidIfIdle'> {
  // an answer can be large: it is shared by those who ask at the same time, and then let go
  const [asked, adorned] = [makeShared(), makeShared()]
  const compare = async (
    [name, source]: readonly [string, string],
    { shared, gate }: { readonly shared: Shared; readonly gate: Gate },
    page: PageOfAgreement,
  ): Promise<AgreementPage | undefined> => {
    const collection = collectionOf(answering, name)
    const segments = sourceSegments(source)
    const path = segments.join('/')
    const part = JSON.stringify([
      page.whole ?? false,
      page.limit,
      page.bytes ?? 0,
      page.after ?? null,
    ])
    const found = await shared.share(`${part} ${name}/${path}`, () =>
      gate.pass(() => agreementBelow(answering, { collection, segments }, page)),
    )
    const withheld = answering.withheld.below([name, ...segments])
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
    { shared: asked, gate: gates.comparing },
    { shared: adorned, gate: gates.adorning },
  ]
  const said = (
    [name, source]: readonly [string, string],
    id: string,
  ): Promise<SaidByOthers | undefined> =>
    gates.adorning.pass(async () => {
      const where = { collection: collectionOf(answering, name), segments: sourceSegments(source) }
      const budget = makeWorkBudget(ONE)
      const { artifacts } = await statedBelow(answering, { ...where, id }, budget)
      return withRests(saidInSteps(artifacts, id), budget.rest)
    })
  return {
    agreement: (name, source, page = ALL) => compare([name, source], asking, page),
    // a certification stands beside others with all that it says
    agreementIfIdle: (name, source) =>
      unlessBusy(compare([name, source], idle, { ...ALL, whole: true }), undefined),
    saidIfIdle: (name, source, id) => unlessBusy(said([name, source], id), undefined),
  }
}
