import type { WithholdingDoor } from '../../contract/withholding.ts'
import { restoreWithheld } from './restore-withheld.ts'
import type { RestoreParts } from './restore-withheld.ts'
import { makeWithholding } from './withhold.ts'
import type { Withholding } from './withhold.ts'

export interface OpenWithholding {
  readonly door: WithholdingDoor
  readonly unlist: Withholding['unlist']
  /** What a crash has left undone. */
  readonly finish: () => Promise<void>
  /** The same behind the caller's back. */
  readonly finishSoon: () => void
  /** Resolves when nothing is being erased any more. */
  readonly close: () => Promise<void>
}

export interface OpenWithholdingParts extends RestoreParts {
  readonly started: () => Promise<void>
  readonly onFault: (error: unknown) => void
}

export function openWithholding(parts: OpenWithholdingParts): OpenWithholding {
  const withholding = makeWithholding(parts)
  const { alone, finish } = withholding
  let isAsked = false
  let isClosed = false
  const finishSoon = (): void => {
    if (isAsked || isClosed) return
    isAsked = true
    // whatever is noted before its turn comes is done in it
    alone(async () => {
      isAsked = false
    }).catch(parts.onFault)
    finish().catch(parts.onFault)
  }
  return {
    unlist: withholding.unlist,
    finish,
    finishSoon,
    close: () => {
      isClosed = true
      return alone(async () => undefined)
    },
    door: {
      withhold: async (target, reason) => {
        await parts.started()
        return withholding.withhold(target, reason)
      },
      restoreWithheld: async (ids) => {
        await parts.started()
        return alone(() => restoreWithheld(parts, ids))
      },
      withheldBlocks: async (feedKey) => parts.withheld.blocks(feedKey),
    },
  }
}
