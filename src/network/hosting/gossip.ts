/* Gossip on some topics: what is published goes to many nodes, and some of it is lost. */
import type { Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import { type Topic, topicOf } from '../frames/wire.ts'
import type { Host } from './host.ts'

/** Decides whether a message is passed on. */
export type TopicValidator = (
  topic: Topic,
  peer: PeerId,
  message: Message,
) => Promise<TopicValidatorResult>

export interface Gossip {
  /** On one of the topics. */
  readonly publish: (topic: Topic, announcement: Uint8Array) => Promise<void>
  /** Takes part, on a host that has started. */
  readonly start: (validate: TopicValidator) => void
  /** Before the host stops. */
  readonly close: () => void
}

export function gossipOf(host: Host, topics: readonly Topic[]): Gossip {
  const { pubsub } = host.services
  const subscribed = new Set<string>()
  return {
    publish: async (topic, announcement) => {
      await pubsub.publish(topicOf(topic), announcement)
    },
    start(validate) {
      for (const topic of topics) {
        const name = topicOf(topic)
        pubsub.topicValidators.set(name, (peer, message) => validate(topic, peer, message))
        pubsub.subscribe(name)
        subscribed.add(name)
      }
    },
    close() {
      for (const name of subscribed) pubsub.unsubscribe(name)
    },
  }
}

/** As if all of it were lost. */
export const NO_GOSSIP: Gossip = {
  publish: async () => undefined,
  start: () => undefined,
  close: () => undefined,
}
