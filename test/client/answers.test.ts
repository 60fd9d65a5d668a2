import * as Type from 'typebox'
import { expect, test } from 'vitest'
import { answerOf } from '../../src/client/answers.ts'
import { DetailBody } from '../../src/contract/certification.ts'
import { nullable } from '../../src/contract/schema.ts'

const Fruit = Type.Union([
  Type.Object({ kind: Type.Literal('apple'), size: Type.Integer() }),
  Type.Object({ kind: Type.Literal('pear'), ripe: Type.Boolean() }),
])
const Basket = Type.Object({
  fruits: Type.Array(Fruit, { maxItems: 2 }),
  owner: nullable(Type.String({ pattern: '^[a-z]+$' })),
  note: Type.Optional(Type.String()),
})
const basket = { fruits: [{ kind: 'pear', ripe: true }], owner: 'alice' }
const read = answerOf(Basket)

test('what a schema describes is read, and nothing else of it', () => {
  const more = { ...basket, secret: { deep: [] }, fruits: [{ ...basket.fruits[0], worm: true }] }
  expect(read(more, 'it')).toEqual(basket)
  expect(read({ ...basket, owner: null, note: 'n' }, 'it')).toEqual({
    ...basket,
    owner: null,
    note: 'n',
  })
})

test.each<[string, unknown]>([
  ['it is not an object', 'no basket'],
  ['it.fruits is not a list', { ...basket, fruits: {} }],
  ['it.fruits is not a list', { ...basket, fruits: Array(3).fill(basket.fruits[0]) }],
  ['it.fruits[0].ripe is not true or false', { ...basket, fruits: [{ kind: 'pear', ripe: 1 }] }],
  ['it.fruits[0] is not one of the 2 things', { ...basket, fruits: [{ kind: 'plum' }] }],
  [
    'it.fruits[0].size is not a whole number',
    { ...basket, fruits: [{ kind: 'apple', size: 0.5 }] },
  ],
  ['it.owner is not a text like ^[a-z]+$', { ...basket, owner: 'ALICE' }],
  ['it.note is not a text', { ...basket, note: null }],
  ['it.owner is not a text', { fruits: [] }],
])('%s', (reason, value) => {
  expect(() => read(value, 'it')).toThrow(reason)
})

test('members of every object are not taken for those of an answer', () => {
  const odd = answerOf(Type.Object({ constructor: Type.Optional(Type.String()) }))
  expect(odd({}, 'it')).toEqual({})
})

test('a schema that says more than is read is refused when it is made', () => {
  expect(() => answerOf(Type.Array(Type.String(), { minItems: 1 }))).toThrow('minItems')
  expect(() => answerOf(DetailBody)).not.toThrow()
})
