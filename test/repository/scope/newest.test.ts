import { expect, test } from 'vitest'
import type { SourceIdentifier } from '../../../src/certification/artifacts/source-identifier.ts'
import type { KeepRule } from '../../../src/contract/scope.ts'
import { shortHash } from '../../../src/feeds/format/index-row.ts'
import { newestVersions } from '../../../src/repository/scope/newest.ts'

const aged = (version: string, architecture = 'amd64', source = 'hello') => ({
  collection: 'debian',
  dialect: 'debian' as const,
  facts: { keyId: 'B'.repeat(16), source: undefined, architectures: [shortHash(architecture)] },
  source: {
    ecosystem: 'debian',
    source,
    version,
    architecture,
    sourceVersion: version,
  } satisfies SourceIdentifier,
})

function kept(rules: readonly KeepRule[], all: readonly ReturnType<typeof aged>[]): boolean[] {
  const newest = newestVersions(rules, () => [])
  for (const one of all) newest?.note(one)
  return all.map((one) => newest?.keeps(one) ?? true)
}

test('nothing is old where no rule asks for it', () => {
  expect(newestVersions([{ architectures: ['amd64'] }], () => [])).toBeUndefined()
})

test('the newest are those of the order of the dialect, for each source by itself, in whatever order they come', () => {
  const versions = ['1.9', '1.10', '1:0.1', '1.2'].map((version) => aged(version))
  const other = aged('0.1', 'amd64', 'other')
  expect(kept([{ newest: 2 }], [...versions, other])).toEqual([false, true, true, false, true])
  expect(kept([{ newest: 2 }], [other, ...versions.toReversed()])).toEqual([
    true,
    false,
    true,
    true,
    false,
  ])
})

test('a version that another rule keeps stays, and a rule counts only what fits it', () => {
  const all = [aged('1'), aged('2'), aged('3', 'arm64'), aged('1', 'arm64')]
  const rules = [{ architectures: ['amd64'], newest: 1 }, { architectures: ['arm64'] }]
  expect(kept(rules, all)).toEqual([false, true, true, true])
})

test('what has no version stays', () => {
  const jvm = {
    collection: 'maven',
    dialect: 'jvm' as const,
    facts: { keyId: 'B'.repeat(16), source: undefined, architectures: [] },
    source: { ecosystem: 'maven', group: 'g', artifact: 'a' } satisfies SourceIdentifier,
  }
  const newest = newestVersions([{ newest: 1 }], () => [])
  newest?.note(jvm)
  expect(newest?.keeps(jvm)).toBe(true)
})
