/* What the operator says over the control socket, and what is answered. */
import { FINGERPRINT_PATTERN } from '../base/fingerprint.ts'
import * as Type from 'typebox'
import { PeerBody } from './peer-status.ts'
import { closed, Id, nullable, Strings, type ValueOf } from './schema.ts'
import { WITHHOLDING_CODES } from '../feeds/format/withholding.ts'

const Ids = Type.Array(Id, { minItems: 1, maxItems: 10_000 })
const why = {
  reason: Type.String({ minLength: 1, maxLength: 1024 }),
  code: Type.Enum([...WITHHOLDING_CODES]),
}

export const WithholdBody = Type.Union([
  Type.Object({ ids: Ids, ...why }, closed),
  Type.Object({ rebuilder: Type.String({ pattern: FINGERPRINT_PATTERN }), ...why }, closed),
  Type.Object(
    {
      collection: Type.String({ minLength: 1, maxLength: 64 }),
      source: Type.String({ minLength: 1, maxLength: 1024 }),
      ...why,
    },
    closed,
  ),
])
export type Withhold = ValueOf<typeof WithholdBody>

export const WithheldOutcomeBody = Type.Object({
  withheld: Strings,
  /** How many are not withheld, though they were meant. */
  left: Type.Optional(Type.Integer()),
  /** The bytes are on the disk still if it is there, and false. */
  erased: Type.Optional(Type.Boolean()),
  code: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
})
export type WithheldOutcome = ValueOf<typeof WithheldOutcomeBody>

export const RestoreBody = Type.Object({ ids: Ids }, closed)
export const RestoredBody = Type.Object({
  restored: { ...Strings, description: 'Ids that are answered again' },
  missing: {
    ...Strings,
    description:
      'Ids that are no longer withheld, but no peer has their bytes now. Submit them again, or connect a peer that has',
  },
})
export type Restored = ValueOf<typeof RestoredBody>

export const PeerNameBody = Type.Object(
  { peer: Type.String({ minLength: 1, maxLength: 1024 }) },
  closed,
)
export const PeerAddedBody = Type.Object({
  added: Type.Boolean(),
  peerId: nullable(Type.String()),
  failure: nullable(Type.String({ description: 'Why nobody can say who is at that URL' })),
})
export type PeerAdded = ValueOf<typeof PeerAddedBody>
export const PeerRemovedBody = Type.Object({ removed: Type.Boolean() })
export type PeerRemoved = ValueOf<typeof PeerRemovedBody>

export const PeerBannedBody = Type.Object({ banned: Type.Boolean() })
export type PeerBanned = ValueOf<typeof PeerBannedBody>
export const PeerUnbannedBody = Type.Object({ unbanned: Type.Boolean() })
export type PeerUnbanned = ValueOf<typeof PeerUnbannedBody>

const time = nullable(Type.Integer())
/** Times are in milliseconds since 1970. */
export const PeersKnownBody = Type.Object({
  peers: Type.Array(
    Type.Object({
      peerId: Type.String(),
      addresses: Strings,
      metAt: time,
      reachedAt: time,
      toldBy: nullable(Type.String()),
      configured: Type.Boolean(),
      connected: Type.Boolean(),
      barred: nullable(Type.Enum(['removed', 'banned'])),
    }),
  ),
})
export type PeersKnown = ValueOf<typeof PeersKnownBody>

const { connectedAt: _connected, nextDialAt: _next, ...peer } = PeerBody.properties
/** The operator sees addresses; times are in milliseconds since 1970. */
export const KnownPeersBody = Type.Object({
  addresses: Strings,
  /** Named by a URL at which nobody has said yet who is there. */
  unanswered: Type.Array(
    Type.Object({
      url: Type.String(),
      removable: Type.Boolean(),
      failure: nullable(Type.String()),
    }),
  ),
  peers: Type.Array(
    Type.Object({
      ...peer,
      connectedAt: Type.Union([Type.Integer(), Type.Null()]),
      nextDialAt: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
})
export type KnownPeers = ValueOf<typeof KnownPeersBody>
