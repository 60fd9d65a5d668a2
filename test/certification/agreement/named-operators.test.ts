import { expect, test } from 'vitest'
import type { Operator } from '../../../src/certification/policy.ts'
import {
  type KeyFingerprints,
  namedOperators,
  NO_OPERATORS,
} from '../../../src/certification/agreement/named-operators.ts'

const PRIMARY = 'A'.repeat(40)
const SUBKEY = 'B'.repeat(40)
const OTHER = 'C'.repeat(40)

test('a primary key is named by its own fingerprint before any, else by that of a subkey of it, whoever signs', () => {
  const operators = [
    { name: 'ann', keys: [SUBKEY] },
    { name: 'bob', keys: [PRIMARY] },
  ]
  const keys = [PRIMARY, OTHER].map((primary) => ({ primary, subkeys: [SUBKEY] }))
  const { operatorOf, rebuilders } = namedOperators(operators, keys)
  expect(operatorOf(OTHER)).toBe('ann')
  expect(operatorOf(PRIMARY)).toBe('bob')
  expect(rebuilders.toSorted()).toEqual([PRIMARY, SUBKEY, OTHER])
  expect(namedOperators(operators, []).operatorOf(OTHER)).toBeUndefined()
  expect(NO_OPERATORS.operatorOf(PRIMARY)).toBeUndefined()
})

test('a key with subkeys of several operators is that of the lowest, in whatever order they stand', () => {
  const ann = { name: 'ann', keys: [SUBKEY] }
  const bob = { name: 'bob', keys: [OTHER] }
  for (const operators of [
    [ann, bob],
    [bob, ann],
  ])
    for (const subkeys of [
      [SUBKEY, OTHER],
      [OTHER, SUBKEY],
    ])
      expect(namedOperators(operators, [{ primary: PRIMARY, subkeys }]).operatorOf(PRIMARY)).toBe(
        'ann',
      )
})

const keyOf = (operators: readonly Operator[], keys: readonly KeyFingerprints[] = []): string =>
  namedOperators(operators, keys).key

test('it is the same naming in any order, and another one with other keys or names', () => {
  const ann = { name: 'ann', keys: [PRIMARY, SUBKEY] }
  const bob = { name: 'bob', keys: [OTHER] }
  expect(keyOf([bob, { ...ann, keys: [SUBKEY, PRIMARY] }])).toBe(keyOf([ann, bob]))
  expect(keyOf([ann])).not.toBe(keyOf([ann, bob]))
  expect(keyOf([{ ...ann, name: 'anne' }])).not.toBe(keyOf([ann]))
  // a key that has come names its operator, and another one names nobody
  const known = { primary: OTHER, subkeys: [SUBKEY] }
  expect(keyOf([ann], [known])).not.toBe(keyOf([ann]))
  expect(keyOf([ann], [{ primary: OTHER, subkeys: [] }])).toBe(keyOf([ann]))
})
