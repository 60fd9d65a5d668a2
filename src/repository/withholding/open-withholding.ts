import type { Disk } from '../../base/disk.ts'
import type { StartGate } from '../../base/start-gate.ts'
import type { WithholdingDoor } from '../../contract/withholding.ts'
import type { ErasureContext } from './erase.ts'
import { type ExpectBlock, restoreWithheld } from './restore-withheld.ts'
import { makeWithholding, type Withholding } from './withhold.ts'

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

/**
 * The operator's door to what is withheld. It erases nothing before it is told to. The repository closes it, which waits for
 * what is being erased.
 * @param expect takes a block for a hole that is filled whenever it comes
 */
export function openWithholding(
  holdings: ErasureContext,
  { startGate, disk }: { readonly startGate: StartGate; readonly disk: Disk },
  expect: ExpectBlock,
): OpenWithholding {
  const { onFault, reading } = holdings.indexing
  const withholding = makeWithholding(holdings)
  const { alone, finish } = withholding
  let isAsked = false
  let isClosed = false
  const finishSoon = (): void => {
    if (isAsked || isClosed) return
    isAsked = true
    // whatever is noted before its turn comes is done in it
    alone(async () => {
      isAsked = false
    }).catch(onFault)
    finish().catch(onFault)
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
        // what must go from every answer goes from it also where only the reserve is left; its bytes go when there is room
        const done = await disk.writing(
          async () => {
            await startGate.waitUntilDone()
            return withholding.withhold(target, reason)
          },
          { mayUseReserve: true },
        )
        disk.failed(done.failure)
        return done
      },
      restoreWithheld: (ids) =>
        disk.writing(async () => {
          await startGate.waitUntilDone()
          return alone(() => restoreWithheld(holdings, expect, ids))
        }),
      withheldBlocks: async (feedKey) => reading.withheld.blocks(feedKey),
      isWithheld: (id) => reading.withheld.get(id) !== undefined,
    },
  }
}
