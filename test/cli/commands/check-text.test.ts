import { expect, test } from 'vitest'
import type { Checked, Vote } from '../../../src/check/check.ts'
import { checkText } from '../../../src/cli/commands/check-text.ts'

const CONTRADICTS: Vote = {
  operator: 'alice',
  vote: 'contradicts',
  certifications: [],
  contradictions: [{ artifact: 'a', algorithm: 'sha256', hex: 'ab', certifications: [] }],
  uncounted: [],
}

const checked = (name: string, verdict: Checked['verdict']): Checked => ({
  verdict,
  agreeing: verdict === 'reproduced' ? 1 : 0,
  threshold: 1,
  operators: 1,
  votes: verdict === 'contradicted' ? [CONTRADICTS] : [],
  remark: null,
  subject: { name, names: [], checksums: {} },
  lacking: [],
  outside: [],
})

const VERDICTS = ['reproduced', 'ignored', 'insufficient', 'unknown', 'contradicted'] as const

/** So many files of each verdict. */
function shown(counts: Partial<Record<Checked['verdict'], number>>, isVerbose = false): string {
  const results = VERDICTS.flatMap((verdict) =>
    Array.from({ length: counts[verdict] ?? 0 }, (_, at) => checked(`${verdict}-${at}`, verdict)),
  )
  const paths = results.map(({ subject }) => subject.name)
  const skipped = [
    { path: 'a.jar.sha1', why: 'checksum file' },
    { path: 'b.jar.sha1', why: 'checksum file' },
  ]
  return checkText({ answer: { results, sources: [] }, paths, skipped }, isVerbose)
}

test('of few files every one is shown', () => {
  const text = shown({ reproduced: 18, unknown: 1, contradicted: 1 })
  expect(text.trimEnd().split('\n')).toHaveLength(1 + 20 + 1)
  expect(text).toMatch(
    /\n20 files: 18 reproduced, 1 unknown, 1 contradicted; 2 skipped: 2 checksum files\n$/,
  )
})

test('of many files those that are contradicted are shown, all of them, and some of the others', () => {
  const text = shown({ reproduced: 1000, insufficient: 3, unknown: 600, contradicted: 5 })
  const verdicts = text.split('\n').map((line) => line.split(' ')[0])
  const times = (verdict: string) => verdicts.filter((one) => one === verdict).length
  expect([times('contradicted'), times('insufficient'), times('unknown')]).toEqual([5, 3, 12])
  expect(times('reproduced')).toBe(0)
  expect(text).toContain('\n… and 588 more; --verbose shows every file\n')
  expect(text).toContain(
    '\n1608 files: 1000 reproduced, 3 insufficient, 600 unknown, 5 contradicted;',
  )
  expect(shown({ contradicted: 50 }).match(/^contradicted /gm)).toHaveLength(50)
})

test('where all are well nothing but their number is shown', () => {
  expect(shown({ reproduced: 1000, ignored: 1 })).toBe(
    '1001 files: 1000 reproduced, 1 ignored; 2 skipped: 2 checksum files\n',
  )
})

test('every file is shown to who asks for that', () => {
  const text = shown({ reproduced: 1000, unknown: 600 }, true)
  expect(text.match(/^(?:reproduced|unknown) /gm)).toHaveLength(1600)
  expect(text.match(/^skipped .*\.sha1 /gm)).toHaveLength(2)
})
