import type { TSchema } from 'typebox'
import { Type } from 'typebox'

// Answers about feeds and peers are described by these, and tests hold them against these.

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Key = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Hex = Type.String({ pattern: '^[0-9a-f]*$' })
const Moment = Type.String({ description: 'ISO 8601, UTC' })
const words = (...list: readonly string[]) => Type.Union(list.map((word) => Type.Literal(word)))

const head = {
  length: Type.Integer({ description: 'In blocks' }),
  fork: Type.Integer(),
  root: Hex,
  signature: Hex,
}
const EvidenceBody = Type.Object({
  kind: words('fork', 'two-roots', 'no-extension'),
  heads: Type.Array(Type.Object(head)),
  foundAt: Moment,
  peerId: Type.String({ description: 'Who told it' }),
})

const known = {
  key: Key,
  collection: Type.String(),
  owner: nullable(Type.String({ description: 'Peer id' })),
  previous: nullable(Type.String({ description: 'The feed that this one replaces' })),
  why: words('own', 'former', 'listed', 'peer', 'vouched', 'stranger'),
  state: words('following', 'paused', 'frozen', 'refused'),
  reason: nullable(Type.String()),
  length: Type.Integer({ description: 'In blocks, by the head that is here' }),
  known: Type.Integer({ description: 'The longest head that anybody said' }),
  downloaded: Type.Integer({ description: 'Blocks that are here' }),
  indexed: Type.Integer({ description: 'Blocks that are in the indexes' }),
  evidence: Type.Array(EvidenceBody),
}
const feed = {
  ...known,
  bytes: Type.Integer(),
  holes: Type.Integer({ description: 'Missing data blocks, counted up to 1,000' }),
  rejected: Type.Integer({ description: 'Entries of no use, counted up to 1,000' }),
  witnesses: Type.Integer({ description: 'Peers whose heads of it are known' }),
}
export const FeedBody = Type.Object(feed)
export const FeedDetailBody = Type.Object({
  ...feed,
  heads: Type.Array(Type.Object({ ...head, peerId: Type.String(), heardAt: Moment })),
  missing: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      names: Type.Array(Type.Object({ kind: Type.String(), id: Key })),
    }),
  ),
  refusals: Type.Array(
    Type.Object({ sequence: Type.Integer(), position: Type.Integer(), code: Type.String() }),
  ),
})

const node = Type.Object({ size: Type.Integer(), hash: Key })
export const ProofBody = Type.Object({
  version: Type.Literal(1),
  feed: Key,
  publicKey: Key,
  sequence: Type.Integer(),
  head: Type.Object(head),
  block: nullable(Type.String({ description: 'Base64; null if it is not here' })),
  leaf: node,
  siblings: Type.Array(node),
  roots: Type.Array(node),
})

export const PeerBody = Type.Object({
  peerId: Type.String(),
  addresses: Type.Array(Type.String()),
  configured: Type.Boolean(),
  removable: Type.Boolean(),
  connected: Type.Boolean(),
  direction: nullable(words('inbound', 'outbound')),
  connectedAt: nullable(Moment),
  gossip: Type.Boolean(),
  replicating: Type.Boolean(),
  publicUrl: nullable(Type.String()),
  readOnly: nullable(Type.Boolean()),
  nextDialAt: nullable(Moment),
  failure: nullable(Type.String()),
  faults: Type.Integer(),
  received: Type.Integer({ description: 'Bytes' }),
  sent: Type.Integer({ description: 'Bytes' }),
})

const SaidLength = Type.Object({
  peerId: Type.String(),
  length: Type.Integer({ description: 'The longest that it ever said of its copy' }),
  heardAt: Moment,
})
export const NetworkBody = Type.Object({
  node: Type.Object({
    version: Type.String(),
    peerId: Type.String(),
    startedAt: Moment,
    readOnly: Type.Boolean(),
    follow: words('listed', 'vouched', 'open'),
    ready: Type.Boolean(),
    addresses: Type.Array(Type.String({ description: 'Multiaddr by which other nodes reach it' })),
    advice: Type.Array(Type.String()),
  }),
  peers: Type.Array(PeerBody),
  feeds: Type.Array(Type.Object({ ...known, heads: Type.Array(SaidLength) }), {
    description: 'Those with evidence first, and those that were refused last',
  }),
  omitted: Type.Integer({ description: 'Feeds beyond 1,000; GET /feeds has all' }),
})
