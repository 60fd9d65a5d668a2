/* Gossip on the topics of some collections: what is published goes to many nodes, and some of it is lost. */
import type { Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import { topicOf } from '../frames/announcement.ts'
import type { Host } from './host.ts'

/** Decides whether a message is passed on. */
export type TopicValidator = (
  collection: string,
  peer: PeerId,
  message: Message,
) => Promise<TopicValidatorResult>

export interface Gossip {
  /** Of one of the collections. */
  readonly publish: (collection: string, announcement: Uint8Array) => Promise<void>
  /** Takes part, on a host that has started. */
  readonly start: (validate: TopicValidator) => void
  /** Before the host stops. */
  readonly close: () => void
}

export function gossipOf(host: Host, collections: readonly string[]): Gossip {
  const { pubsub } = host.services
  const subscribed = new Set<string>()
  return {
    publish: async (collection, announcement) => {
      await pubsub.publish(topicOf(collection), announcement)
    },
    start(validate) {
      for (const collection of collections) {
        const topic = topicOf(collection)
        pubsub.topicValidators.set(topic, (peer, message) => validate(collection, peer, message))
        pubsub.subscribe(topic)
        subscribed.add(topic)
      }
    },
    close() {
      for (const topic of subscribed) pubsub.unsubscribe(topic)
    },
  }
}

/** As if all of it were lost. */
export const NO_GOSSIP: Gossip = {
  publish: async () => undefined,
  start: () => undefined,
  close: () => undefined,
}
