import { StorageError } from '../../base/errors.ts'
import type { Journal } from '../../state/journal.ts'
import type { WrittenFeed } from './write-plan.ts'

/** Appends by way of the journal. After a failure nothing more is written until the node has opened its stores again and replayed it. */
export interface Journaled {
  /** Durable when it resolves. @throws StorageError DISK */
  readonly append: (
    all: readonly { readonly feed: WrittenFeed; readonly blocks: readonly Uint8Array[] }[],
  ) => Promise<void>
  /** Syncs every feed and empties the journal. @throws StorageError DISK */
  readonly settle: () => Promise<void>
  readonly failure: () => StorageError | undefined
}

/** The journal is emptied when it holds this much; until then it is replayed at start. */
const JOURNAL_BYTES = 16 * 1024 * 1024

/** @param settleFeeds syncs every feed and empties the journal */
export function makeJournaled(
  journal: Pick<Journal, 'write' | 'bytes'>,
  settleFeeds: () => Promise<void>,
): Journaled {
  let failure: StorageError | undefined

  /** What a failed sync did not keep can never be known: a later one that succeeds says nothing about it. */
  async function settle(): Promise<void> {
    try {
      await settleFeeds()
    } catch (cause) {
      failure = new StorageError(
        'DISK',
        'The feeds could not be synced. Check the disk: as soon as it takes writes, the node opens its data again and replays the journal.',
        { cause },
      )
      throw failure
    }
  }

  return {
    append: async (all) => {
      const rows = all.flatMap(({ feed, blocks }) =>
        blocks.map((block, at) => ({ feed: feed.key, sequence: feed.length + at, block })),
      )
      if (rows.length === 0) return
      await journal.write(rows)
      try {
        for (const { feed, blocks } of all) await feed.append(blocks)
      } catch (cause) {
        failure = new StorageError(
          'DISK',
          'A feed could not be written after its journal. Check the disk: as soon as it takes writes, the node opens its data again and replays the journal.',
          { cause },
        )
        throw failure
      }
      if (journal.bytes > JOURNAL_BYTES) await settle()
    },
    settle,
    failure: () => failure,
  }
}
