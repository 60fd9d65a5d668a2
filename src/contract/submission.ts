import * as Type from 'typebox'
import type { Code } from '../base/errors.ts'
import type { Head } from '../feeds/format/head.ts'
import { leftOut, place, StateBody } from './certification.ts'
import { RefusalBody } from './problem.ts'
import { Id, Moment, nullable, type SameType, type ValueOf } from './schema.ts'

export const HeadBody = Type.Object(
  {
    length: Type.Integer({ description: 'In blocks' }),
    fork: Type.Integer(),
    root: Type.String({ description: "hypercore's tree hash at that length" }),
    signature: Type.String(),
  },
  { title: 'Head', description: 'The signed state of a feed at one length' },
)
export type SignedHead = SameType<Head, ValueOf<typeof HeadBody>>

export const ReceiptBody = Type.Object(
  {
    ...place,
    id: Id,
    collection: Type.String(),
    state: StateBody,
    rebuilder: nullable(Type.String()),
    head: {
      ...HeadBody,
      description:
        "The feed's at the length that first covers the entry: the same however often it is asked",
    },
    acceptedAt: Moment,
    url: Type.String({ description: 'Path on this node, percent-encoded' }),
    path: Type.String({ description: 'Path on this node, percent-encoded' }),
    leftOut,
  },
  { title: 'Receipt' },
)
export type Receipt = ValueOf<typeof ReceiptBody>

/** What is kept for a while because something is missing. */
export const WaitingBody = Type.Object(
  {
    waitingFor: Type.Enum(['signature', 'key', 'document'], {
      description: 'document: what belongs to a file that has not come',
    }),
    code: Type.Optional(
      Type.Enum(['signature-missing', 'key-unknown', 'document-missing'], {
        description: 'Why, for programs; absent in the answer to a submission',
      }),
    ),
    collection: Type.String(),
    id: Type.Optional(Id),
    keyId: Type.Optional(Type.String()),
    name: Type.Optional(
      Type.String({ description: 'Its path below the collection; nobody has verified it' }),
    ),
    size: Type.Optional(Type.Integer({ description: 'In bytes' })),
    since: Type.Optional(Moment),
    expires: Moment,
    next: Type.String({ description: 'How to send what is missing, in a sentence' }),
    leftOut,
  },
  { title: 'Waiting' },
)
export type Waiting = ValueOf<typeof WaitingBody>
export const WaitingsBody = Type.Array(WaitingBody, { title: 'Waitings' })

const OneOutcomeBody = Type.Union([ReceiptBody, WaitingBody, RefusalBody])
export type OutcomeOfOne = ValueOf<typeof OneOutcomeBody>

/** Of one signature an object, of several a list. */
export const OutcomeBody = Type.Union([ReceiptBody, WaitingBody, Type.Array(OneOutcomeBody)], {
  title: 'Outcome',
})

/** Why one of several signatures on a document was not taken. */
export type Refusal = Omit<ValueOf<typeof RefusalBody>, 'type' | 'title' | 'status' | 'code'> & {
  readonly code: Code
}

/** `known`: it was in this node's own feed already. */
export type SubmitOutcome =
  | { readonly status: 'accepted' | 'known'; readonly receipt: Receipt }
  | { readonly status: 'waiting'; readonly waiting: Waiting }
  /** One signature of several: others of the same document were taken. */
  | { readonly status: 'refused'; readonly refusal: Refusal }

/** Of a file that belongs to a document. */
export const KeptBody = Type.Object(
  {
    collection: Type.String(),
    outcome: Type.Enum(['kept', 'matched'], {
      description: 'kept: until its document comes; matched: it is what the document says',
    }),
  },
  { title: 'Kept' },
)
export type Kept = ValueOf<typeof KeptBody>

const KeyAddedBody = Type.Object(
  {
    fingerprint: Type.String({ description: 'A key id where its key is not known yet' }),
    added: Type.Boolean({ description: 'false: nothing in it was new' }),
    released: Type.Array(Id, {
      description: 'Certifications that waited for it and were taken now',
    }),
    waits: Type.Optional(
      Type.Boolean({
        description:
          'A revocation of a key or subkey that is not known yet. Absent: a node of an earlier version',
      }),
    ),
    leftOut: Type.Optional(
      Type.Array(
        Type.Object({ what: Type.String(), why: Type.String() }, { title: 'KeyPartLeftOut' }),
        { description: 'What was sent and is not kept, or has no effect' },
      ),
    ),
  },
  { title: 'KeyAdded' },
)
export type KeyAdded = ValueOf<typeof KeyAddedBody>
export const KeysAddedBody = Type.Array(KeyAddedBody, { title: 'KeysAdded' })
