import { createHash } from 'node:crypto'
import type { GossipsubOpts } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { MAX_ANNOUNCEMENT_BYTES } from '../frames/announcement.ts'

/** Of one frame, which carries many messages and control messages. A frame over it cuts its sender off from gossip. */
const MAX_FRAME_BYTES = 1024 * 1024

/** Bounded on every side; signed by who sends; what is rejected costs its sender. */
export function gossipOptions(topics: readonly string[]): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: 'StrictSign',
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    doPX: false,
    allowedTopics: [...topics],
    maxInboundDataLength: MAX_FRAME_BYTES,
    // the same head said by two peers is one message
    msgIdFn: ({ topic, data }) =>
      data.length > MAX_ANNOUNCEMENT_BYTES
        ? createHash('sha256').update('too large').digest()
        : createHash('sha256').update(topic).update('\0').update(data).digest(),
    scoreParams: {
      // many honest nodes can stand behind one address
      IPColocationFactorWeight: 0,
      topics: Object.fromEntries(
        topics.map((topic) => [
          topic,
          createTopicScoreParams({
            topicWeight: 1,
            invalidMessageDeliveriesWeight: -100,
            invalidMessageDeliveriesDecay: 0.9,
            // a topic can be silent for days: that is no fault
            meshMessageDeliveriesWeight: 0,
            meshFailurePenaltyWeight: 0,
          }),
        ]),
      ),
    },
    scoreThresholds: {
      gossipThreshold: -100,
      publishThreshold: -200,
      graylistThreshold: -500,
      acceptPXThreshold: 10,
      opportunisticGraftThreshold: 5,
    },
  }
}
