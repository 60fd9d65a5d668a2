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
  waitingFor: Type.Union([Type.Literal('signature'), Type.Literal('key')]),
  collection: Type.String(),
  id: Type.Optional(Id),
  keyId: Type.Optional(Type.String()),
  expires: Moment,
  next: Type.String(),
  leftOut: LeftOutBody,
})

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
