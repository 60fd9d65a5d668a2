/*
 * Answers peers that ask for single blocks, to find out whether they are still here: the half of the protocol that listens. It gives
 * nothing that replication does not give to whoever knows the key of the feed.
 */
import type { Connection, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { codeOf } from '../../base/errors.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import {
  type BlockAnswer,
  type BlockName,
  decodeQuestion,
  encodeAnswer,
  MAX_QUESTION_BYTES,
  MOST_QUESTIONS,
  READ_BACK,
} from '../frames/read-back.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { remoteShare } from '../hosting/remote-share.ts'
import { type Asker, openQuestionShare } from './question-share.ts'

/** For one question, or until an answer has gone out, in milliseconds. */
const PATIENCE = 20_000
/** Streams of one connection: more than are answered at once, of which the last are told to ask later. */
const MOST_STREAMS = 6

export interface DoorFeeds {
  /** One that is here. */
  readonly get: (key: string) => Feed | undefined
  /** Blocks of a feed that this node withholds: they can be here until they are erased. */
  readonly withheld: (key: string) => Promise<readonly number[]>
}

export interface ReadBackDoor {
  readonly close: () => Promise<void>
}

/** Answers from now on, until it is closed. What is no question counts against who sent it. */
export async function openReadBackDoor(
  host: Host,
  feeds: DoorFeeds,
  peers: Pick<RemotePeers, 'isNamed' | 'broke'>,
): Promise<ReadBackDoor> {
  const share = openQuestionShare()

  async function answerTo(question: BlockName, asker: Asker): Promise<BlockAnswer> {
    if (!share.take(asker)) return { kind: 'later' }
    const answer = await blockOf(question, feeds)
    if (answer.kind === 'here') share.answered(asker, answer.bytes.length)
    return answer
  }

  async function answerAll(stream: Stream, asker: Asker, isFull: boolean): Promise<void> {
    const lines = lpStream(stream, { maxDataLength: MAX_QUESTION_BYTES })
    for (let count = 0; count < MOST_QUESTIONS; count += 1) {
      const bytes = await nextQuestion(lines)
      if (bytes === undefined) break
      const question = decodeQuestion(bytes)
      const said: BlockAnswer = isFull ? { kind: 'later' } : await answerTo(question, asker)
      await lines.write(encodeAnswer(said), { signal: AbortSignal.timeout(PATIENCE) })
    }
  }

  async function onStream(stream: Stream, { remotePeer, remoteAddr }: Connection): Promise<void> {
    const peerId = remotePeer.toString()
    const asker = { peerId, isNamed: peers.isNamed(peerId), share: remoteShare(remoteAddr) }
    const end = share.begin(asker)
    try {
      await answerAll(stream, asker, end === undefined)
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      if (codeOf(error) === 'ENTRY_SYNTAX')
        peers.broke(remotePeer, 'asked for a block in a way that is no question')
    } finally {
      end?.()
    }
    await stream.close({ signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined)
  }

  await host.handle(READ_BACK, onStream, { maxInboundStreams: MOST_STREAMS })
  return {
    async close() {
      share.close()
      await host.unhandle(READ_BACK)
    },
  }
}

/** Costs no more than reading the block. */
async function blockOf({ feed: key, sequence }: BlockName, feeds: DoorFeeds): Promise<BlockAnswer> {
  const feed = feeds.get(key)
  if (feed === undefined || !feed.has(sequence)) return { kind: 'absent' }
  if ((await feeds.withheld(key)).includes(sequence)) return { kind: 'absent' }
  const bytes = await feed.readData(sequence)
  return bytes === undefined ? { kind: 'absent' } : { kind: 'here', bytes }
}

/** `undefined` at the end of the stream. */
async function nextQuestion(
  lines: ReturnType<typeof lpStream<Stream>>,
): Promise<Uint8Array | undefined> {
  try {
    return (await lines.read({ signal: AbortSignal.timeout(PATIENCE) })).subarray()
  } catch (error) {
    if (error instanceof Error && error.name === 'UnexpectedEOFError') return undefined
    throw error
  }
}
