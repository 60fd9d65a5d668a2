import { expect, test } from 'vitest'
import {
  namedOperators,
  NO_OPERATORS,
} from '../../../src/certification/agreement/named-operators.ts'

const PRIMARY = 'A'.repeat(40)
const SUBKEY = 'B'.repeat(40)
const OTHER = 'C'.repeat(40)

test('an operator is known by a primary key or by the subkey that signed, and the primary key comes first', () => {
  const { operatorOf } = namedOperators([
    { name: 'ann', keys: [SUBKEY] },
    { name: 'bob', keys: [PRIMARY] },
  ])
  expect(operatorOf({ rebuilder: OTHER, signedBy: SUBKEY })).toBe('ann')
  expect(operatorOf({ rebuilder: PRIMARY, signedBy: SUBKEY })).toBe('bob')
  expect(operatorOf({ rebuilder: OTHER, signedBy: OTHER })).toBeUndefined()
  expect(NO_OPERATORS.operatorOf({ rebuilder: PRIMARY, signedBy: SUBKEY })).toBeUndefined()
})

test('it is the same naming in any order, and another one with other keys or names', () => {
  const ann = { name: 'ann', keys: [PRIMARY, SUBKEY] }
  const bob = { name: 'bob', keys: [OTHER] }
  expect(namedOperators([bob, { ...ann, keys: [SUBKEY, PRIMARY] }]).key).toBe(
    namedOperators([ann, bob]).key,
  )
  expect(namedOperators([ann]).key).not.toBe(namedOperators([ann, bob]).key)
  expect(namedOperators([{ ...ann, name: 'anne' }]).key).not.toBe(namedOperators([ann]).key)
})
