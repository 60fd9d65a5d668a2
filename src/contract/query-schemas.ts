import { FINGERPRINT_PATTERN } from '../base/fingerprint.ts'
import * as Type from 'typebox'
import { STATES } from '../certification/signatures/state.ts'

// Questions are checked against these: what they do not name is refused.

const closed = { additionalProperties: false } as const

const page = {
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: 'From Link: rel="next"' }),
  ),
  limit: Type.Optional(
    Type.String({ pattern: '^(?:[1-9][0-9]{0,2}|1000)$', description: '1 to 1000' }),
  ),
}

export const NoQuery = Type.Object({}, closed)
export const ReadyQuery = Type.Object(
  {
    for: Type.Optional(
      Type.Literal('submissions', { description: 'Also: does it take submissions now' }),
    ),
  },
  closed,
)
export type ReadyQuery = Type.Static<typeof ReadyQuery>
export const PageQuery = Type.Object(page, closed)
export type PageQuery = Type.Static<typeof PageQuery>

export const AgreementQuery = Type.Object(
  {
    ...page,
    whole: Type.Optional(
      Type.Literal('true', {
        description: 'Where the path is that of one module: all that the same builds made',
      }),
    ),
  },
  closed,
)
export type AgreementQuery = Type.Static<typeof AgreementQuery>

export const EventsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'The id of the last event that was read; 0 for the first. Absent: what comes.',
      }),
    ),
  },
  closed,
)
export type EventsQuery = Type.Static<typeof EventsQuery>

/** waiting: what waits for its signature or key. */
const AskedState = Type.Union(
  [...STATES, 'waiting' as const].map((state) => Type.Literal(state)),
  { description: 'waiting: what waits for its signature or key, by collection and source alone' },
)

export const CertificationsQuery = Type.Object(
  {
    collection: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    source: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Path below the collection, matched as a prefix',
      }),
    ),
    artifact: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'File name, exactly' }),
    ),
    sha512: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{128}$' })),
    sha256: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{64}$' })),
    sha1: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{40}$' })),
    md5: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{32}$' })),
    rebuilder: Type.Optional(Type.String({ pattern: FINGERPRINT_PATTERN })),
    state: Type.Optional(AskedState),
    ...page,
  },
  closed,
)
export type CertificationsQuery = Type.Static<typeof CertificationsQuery>

export const ArtifactsQuery = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'File name, package_version_arch, or group:artifact:version[:classifier][@type]',
    }),
    ...page,
  },
  closed,
)
export type ArtifactsQuery = Type.Static<typeof ArtifactsQuery>
