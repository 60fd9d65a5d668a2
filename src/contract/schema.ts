/*
 * Every answer and body of the API stands once in this room, as a schema: types, openapi.json and what a client reads come from
 * it. TypeBox is imported by `* as Type` alone: of that a bundle keeps what is used, and `check` pays for nothing else.
 */
import { SHA256_PATTERN } from '../base/fingerprint.ts'
import * as Type from 'typebox'

/** What a schema describes, as those have it who read it. */
export type ValueOf<S extends Type.TSchema> = Unchanged<Type.Static<S>>

type Unchanged<T> = T extends readonly (infer Item)[]
  ? readonly Unchanged<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Unchanged<T[K]> }
    : T

/** Does not compile unless what the ground says of a thing is what the API says of it. */
export type SameType<One extends Other, Other extends Back, Back = One> = One

/** What a question does not name is refused. */
export const closed = { additionalProperties: false } as const

export const nullable = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
export const Id = Type.String({
  pattern: SHA256_PATTERN,
  description: 'SHA-256 over the signed octets and the claimed key id',
})
/** A feed's key, or a hash. */
export const Key = Type.String({ pattern: SHA256_PATTERN })
export const Moment = Type.String({ description: 'ISO 8601, UTC' })
export const Strings = Type.Array(Type.String())
