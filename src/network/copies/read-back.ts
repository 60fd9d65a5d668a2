import { peerIdFromString } from '@libp2p/peer-id'
import { lpStream } from '@libp2p/utils'
import { codeOf } from '../../base/errors.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { leafOf } from '../../feeds/format/tree.ts'
import {
  type BlockAnswer,
  decodeAnswer,
  encodeQuestion,
  MAX_ANSWER_BYTES,
  READ_BACK,
} from '../frames/read-back.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'

/** For one answer, in milliseconds. */
const PATIENCE = 10_000

/**
 * `absent`, `later`: as it says. `wrong`: other bytes, or what is no answer. `silent`: nothing in 10 s. `gone`: the stream or the
 * connection has ended, as it does when a node stops.
 */
export type ReadBackResult = 'right' | 'wrong' | 'absent' | 'later' | 'silent' | 'gone'

/** Blocks of a feed for which a peer is asked. */
export interface AskedBlocks {
  readonly feed: Feed
  /** At most 8. */
  readonly sequences: readonly number[]
}

/** What came of one block. */
export interface ReadBack {
  readonly sequence: number
  readonly result: ReadBackResult
}

/**
 * Asks a peer for blocks of a feed that are here, one after the other, up to the first that is not right.
 * @param host over whose connections, and `peers`: who hears that something is no answer
 */
export async function readBack(
  { host, peers }: { readonly host: Host; readonly peers: Pick<RemotePeers, 'broke'> },
  peer: string,
  { feed, sequences }: AskedBlocks,
): Promise<readonly ReadBack[]> {
  const peerId = peerIdFromString(peer)
  const found: ReadBack[] = []
  const [connection] = host.getConnections(peerId)
  if (connection === undefined) return sequences.slice(0, 1).map(gone)
  const stream = await connection
    .newStream(READ_BACK, { signal: AbortSignal.timeout(PATIENCE) })
    .catch(() => undefined)
  if (stream === undefined) return sequences.slice(0, 1).map(gone)
  try {
    const lines = lpStream(stream, { maxDataLength: MAX_ANSWER_BYTES })
    for (const sequence of sequences) {
      const signal = AbortSignal.timeout(PATIENCE)
      await lines.write(encodeQuestion({ feed: feed.key, sequence }), { signal })
      const answer = decodeAnswer((await lines.read({ signal })).subarray())
      const result = await judge(feed, sequence, answer)
      found.push({ sequence, result })
      if (result !== 'right') break
    }
    await stream.close({ signal: AbortSignal.timeout(PATIENCE) })
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    const isMalformed = codeOf(error) === 'ENTRY_SYNTAX'
    if (isMalformed) peers.broke(peerId, 'answered a question for a block with what is no answer')
    const sequence = sequences[found.length]
    const result = isMalformed ? 'wrong' : isTimeout(error) ? 'silent' : 'gone'
    if (sequence !== undefined) found.push({ sequence, result })
  }
  return found
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')

const gone = (sequence: number): ReadBack => ({ sequence, result: 'gone' })

/** By the block that is here, which was compared with the tree when it came; if it has just been cleared, by the tree. */
async function judge(feed: Feed, sequence: number, answer: BlockAnswer): Promise<ReadBackResult> {
  if (answer.kind !== 'here') return answer.kind
  const own = await feed.readData(sequence)
  if (own !== undefined) return Buffer.compare(own, answer.bytes) === 0 ? 'right' : 'wrong'
  const leaf = await feed.node(2 * sequence)
  return leaf?.hash === leafOf(sequence, answer.bytes).hash ? 'right' : 'wrong'
}
