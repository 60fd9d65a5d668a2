import { describe, expect, test } from 'vitest'
import {
  mayLackSome,
  type KeepRule,
  scopeHeader,
  scopeInWords,
  type ScopeQuestion,
} from '../../src/contract/scope.ts'

const [ALICE, BOB] = ['A'.repeat(40), 'B'.repeat(40)]
const AMD64: KeepRule = { collection: 'debian', architectures: ['all', 'amd64'] }

describe('a node that keeps a part may lack some of what is asked for', () => {
  test.each<[readonly KeepRule[], ScopeQuestion, boolean]>([
    [[AMD64], { collection: 'debian', architectures: ['amd64'] }, false],
    [[AMD64], { collection: 'debian', architectures: ['arm64'] }, true],
    [[AMD64], { collection: 'debian', architectures: ['amd64', 'arm64'] }, true],
    [[AMD64], { collection: 'debian' }, true],
    [[AMD64], { collection: 'maven', architectures: ['amd64'] }, true],
    [[AMD64], { architectures: ['amd64'] }, true],
    [[AMD64, { collection: 'maven' }], { collection: 'maven' }, false],
    [[{ ...AMD64, newest: 3 }], { collection: 'debian', architectures: ['amd64'] }, true],
    [[{ rebuilders: [ALICE, BOB] }], { rebuilders: [BOB] }, false],
    [[{ rebuilders: [ALICE] }], { rebuilders: [ALICE, BOB] }, true],
    [[{ rebuilders: [ALICE] }], {}, true],
  ])('%j, asked for %j: %s', (rules, asked, mayLack) => {
    expect(mayLackSome({ rules }, asked)).toBe(mayLack)
  })
})

test('a scope is told in a header and in words, and a long one in few', () => {
  const rules = [{ ...AMD64, newest: 1 }, { rebuilders: [ALICE, BOB], newest: 3 }, { newest: 2 }]
  expect(scopeHeader({ rules })).toBe(
    '"debian";architectures="all amd64";newest=1, *;rebuilders=2;newest=3, *;newest=2',
  )
  expect(scopeInWords({ rules })).toBe(
    'debian (all, amd64; the newest version), every collection (by 2 keys; the 3 newest versions), every collection (the 2 newest versions)',
  )
  const many = { architectures: Array.from({ length: 11 }, (_, at) => `a${at}`) }
  expect(scopeInWords({ rules: [many] })).toBe(
    'every collection (a0, a1, a2, a3, a4, a5, a6, a7 and 3 more)',
  )
})
