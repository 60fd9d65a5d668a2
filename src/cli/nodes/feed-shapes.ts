import type { EvidenceStatus, FeedStatus, PeerStatus } from '../../contract/feed-status.ts'
import { list, number, object, oneOf, orNull, text, truth } from '../../client/answers.ts'

const head = object<EvidenceStatus['heads'][number]>({
  length: number,
  fork: number,
  root: text,
  signature: text,
})

export const feed = object<FeedStatus>({
  key: text,
  collection: text,
  owner: orNull(text),
  previous: orNull(text),
  why: oneOf(['own', 'former', 'listed', 'peer', 'vouched', 'stranger']),
  state: oneOf(['following', 'paused', 'frozen', 'refused']),
  reason: orNull(text),
  length: number,
  known: number,
  downloaded: number,
  bytes: number,
  indexed: number,
  holes: number,
  rejected: number,
  witnesses: number,
  evidence: list(
    object<EvidenceStatus>({
      kind: oneOf(['fork', 'two-roots', 'no-extension']),
      heads: list(head),
      foundAt: text,
      peerId: text,
    }),
  ),
})

export const peer = object<PeerStatus>({
  peerId: text,
  addresses: list(text),
  configured: truth,
  removable: truth,
  connected: truth,
  direction: orNull(oneOf(['inbound', 'outbound'])),
  connectedAt: orNull(text),
  gossip: truth,
  replicating: truth,
  publicUrl: orNull(text),
  readOnly: orNull(truth),
  nextDialAt: orNull(text),
  failure: orNull(text),
  faults: number,
  received: number,
  sent: number,
})
