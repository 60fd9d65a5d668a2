import { restoreWithheld } from './restore-withheld.ts'
import type { Restored, RestoreParts } from './restore-withheld.ts'
import { makeWithholding } from './withhold.ts'
import type { Withholding } from './withhold.ts'

/** What an operator can take away and bring back. Its promises reject with AdmissionError BEHIND as long as a node starts. */
export interface WithholdingDoor {
  readonly withhold: Withholding['withhold']
  /** @throws NotFoundError CERTIFICATION_NOT_FOUND if one is not withheld; StorageError */
  readonly restoreWithheld: (ids: readonly string[]) => Promise<Restored>
  /** Blocks of a feed that a replica must not fetch. */
  readonly withheldBlocks: (feedKey: string) => Promise<readonly number[]>
}

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
