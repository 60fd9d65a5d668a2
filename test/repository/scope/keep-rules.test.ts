import { describe, expect, test } from 'vitest'
import type { KeepRule } from '../../../src/contract/scope.ts'
import { type IndexRow, shortHash } from '../../../src/feeds/format/index-row.ts'
import { keepingOf, keepsBlock } from '../../../src/repository/scope/keep-rules.ts'

const KEY = 'A'.repeat(40)
const idsOf = (fingerprints: readonly string[]): readonly string[] =>
  fingerprints.map((one) => one.slice(-16))

const facts = (architectures: readonly string[], keyId = 'B'.repeat(16)) => ({
  keyId,
  source: shortHash('hello/1'),
  architectures: architectures.map(shortHash),
})

const keeps = (rules: readonly KeepRule[], of: ReturnType<typeof facts>, collection = 'debian') =>
  keepingOf(rules, collection, idsOf).keeps(of)

describe('what the rules keep', () => {
  test.each<[readonly KeepRule[], readonly string[], boolean]>([
    [[{ architectures: ['amd64', 'all'] }], ['amd64'], true],
    [[{ architectures: ['amd64', 'all'] }], ['all', 'arm64'], true],
    [[{ architectures: ['amd64', 'all'] }], ['arm64'], false],
    [[{ architectures: ['amd64', 'all'] }], ['arm64', 'source'], false],
    [[{ architectures: ['amd64'] }], [], true],
    [[{ collection: 'debian' }], ['arm64'], true],
    [[{ collection: 'maven' }], ['arm64'], false],
    [[{ collection: 'maven' }, { architectures: ['arm64'] }], ['arm64'], true],
    [[{ rebuilders: [KEY] }], ['arm64'], false],
    [[{ rebuilders: [KEY] }, { architectures: ['arm64'] }], ['arm64'], true],
    [[{ rebuilders: [KEY], architectures: ['arm64'] }], ['arm64'], false],
    [[{ newest: 1 }], ['arm64'], true],
  ])('by %j of architectures %j is kept: %s', (rules, architectures, kept) => {
    expect(keeps(rules, facts(architectures))).toBe(kept)
  })

  test('is everything by a key that they name, whichever architecture it is for', () => {
    expect(keeps([{ rebuilders: [KEY] }], facts(['arm64'], 'A'.repeat(16)))).toBe(true)
  })

  test('is what names more architectures than a row has room for: one of the others can be meant', () => {
    const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    expect(keeps([{ architectures: ['z'] }], facts(eight))).toBe(true)
    expect(keeps([{ architectures: ['z'] }], facts(eight.slice(1)))).toBe(false)
  })
})

const ID = '0'.repeat(64)
const row = (architecture: string) => ({
  kind: 'certification' as const,
  id: ID,
  length: 1,
  facts: { ...facts([architecture]), dialect: 'debian', acceptedAt: 0 },
})
const plain = (kind: IndexRow['kind']): IndexRow => ({ kind, id: ID, length: 1 })

describe('a block', () => {
  const keeping = keepingOf([{ architectures: ['amd64'] }], 'debian', idsOf)

  test('is had if one of its entries is kept', () => {
    expect(keepsBlock(keeping, [row('arm64'), row('amd64')])).toBe(true)
    expect(keepsBlock(keeping, [row('arm64'), row('s390x')])).toBe(false)
  })

  test.each(['public-key', 'withholding', 'restoration'] as const)(
    'with a %s is always had',
    (kind) => expect(keepsBlock(keeping, [plain(kind)])).toBe(true),
  )

  test('of format 1 is looked at, since its rows say nothing of certifications', () => {
    expect(keepsBlock(keeping, [plain('certification')])).toBe(true)
  })
})

const digest = (rules: readonly KeepRule[]): string => keepingOf(rules, 'debian', idsOf).digest

describe('rules have the same digest', () => {
  test('if they keep the same of a collection, and another one if they do not', () => {
    const amd64 = digest([{ architectures: ['amd64', 'all'] }])
    expect(digest([{ architectures: ['all', 'amd64'] }])).toBe(amd64)
    expect(digest([{ architectures: ['all', 'amd64'] }, { collection: 'maven' }])).toBe(amd64)
    expect(digest([{ architectures: ['amd64'] }])).not.toBe(amd64)
    expect(digest([{ architectures: ['all', 'amd64'], newest: 2 }])).not.toBe(amd64)
    expect(digest([{ architectures: ['all', 'amd64'], rebuilders: [KEY] }])).not.toBe(amd64)
  })

  test('only as long as they name the same keys', () => {
    const other = keepingOf([{ rebuilders: [KEY] }], 'debian', () => [
      'A'.repeat(16),
      'C'.repeat(16),
    ])
    expect(other.digest).not.toBe(digest([{ rebuilders: [KEY] }]))
  })
})
