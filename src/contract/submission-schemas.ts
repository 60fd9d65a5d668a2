import { Type } from 'typebox'
import { Head, Id, LeftOutBody, Moment, nullable, Place, State } from './schemas.ts'

export const ReceiptBody = Type.Object({
  ...Place,
  id: Id,
  collection: Type.String(),
  state: State,
  rebuilder: nullable(Type.String()),
  head: Head,
  acceptedAt: Moment,
  url: Type.String(),
  path: Type.String(),
  leftOut: LeftOutBody,
})

export const WaitingBody = Type.Object({
  waitingFor: Type.Union([
    Type.Literal('signature'),
    Type.Literal('key'),
    Type.Literal('document', { description: 'What belongs to a file that has not come' }),
  ]),
  code: Type.Optional(
    Type.Union([
      Type.Literal('signature-missing'),
      Type.Literal('key-unknown'),
      Type.Literal('document-missing'),
    ]),
  ),
  collection: Type.String(),
  id: Type.Optional(Id),
  keyId: Type.Optional(Type.String()),
  name: Type.Optional(
    Type.String({ description: 'Its path below the collection; nobody has verified it' }),
  ),
  size: Type.Optional(Type.Integer()),
  since: Type.Optional(Moment),
  expires: Moment,
  next: Type.String(),
  leftOut: LeftOutBody,
})

export const WaitingsBody = Type.Array(WaitingBody)

export const RefusalBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    keyId: nullable(Type.String()),
  },
  { description: 'One of several signatures that was not taken while others were' },
)
