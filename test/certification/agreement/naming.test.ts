import { expect, test } from 'vitest'
import { namingOf, NOBODY } from '../../../src/certification/agreement/naming.ts'

const PRIMARY = 'A'.repeat(40)
const SUBKEY = 'B'.repeat(40)
const OTHER = 'C'.repeat(40)

test('an operator is known by a primary key or by the subkey that signed, and the primary key comes first', () => {
  const { operatorOf } = namingOf([
    { name: 'ann', keys: [SUBKEY] },
    { name: 'bob', keys: [PRIMARY] },
  ])
  expect(operatorOf({ rebuilder: OTHER, signedBy: SUBKEY })).toBe('ann')
  expect(operatorOf({ rebuilder: PRIMARY, signedBy: SUBKEY })).toBe('bob')
  expect(operatorOf({ rebuilder: OTHER, signedBy: OTHER })).toBeUndefined()
  expect(NOBODY.operatorOf({ rebuilder: PRIMARY, signedBy: SUBKEY })).toBeUndefined()
})

test('it is the same naming in any order, and another one with other keys or names', () => {
  const ann = { name: 'ann', keys: [PRIMARY, SUBKEY] }
  const bob = { name: 'bob', keys: [OTHER] }
  expect(namingOf([bob, { ...ann, keys: [SUBKEY, PRIMARY] }]).key).toBe(namingOf([ann, bob]).key)
  expect(namingOf([ann]).key).not.toBe(namingOf([ann, bob]).key)
  expect(namingOf([{ ...ann, name: 'anne' }]).key).not.toBe(namingOf([ann]).key)
})
