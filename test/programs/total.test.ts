import { expect, test } from 'vitest'
import { start } from '../support/program.ts'

const total = (...commands: readonly string[]) =>
  start(process.execPath, ['scripts/total.js', ...commands]).ended

test('what several commands count is one line, the last', async () => {
  const { code, out } = await total('echo one; echo 3 passed, 0 failed', 'echo 4 passed, 0 failed')
  expect(code).toBe(0)
  expect(out).toMatch(/^one\n/)
  expect(out).toMatch(/\n7 passed, 0 failed\n$/)
  expect(out.match(/^\d+ passed/gm)).toHaveLength(1)
})

test.each([
  [
    'a failure counts, and the others still run',
    ['echo 1 passed, 2 failed; exit 1', 'echo 1 passed, 0 failed'],
    '2 passed, 2 failed',
  ],
  [
    'so does what counts nothing',
    ['true', 'echo 1 passed, 0 failed, 1 skipped'],
    '1 skipped\n1 passed, 1 failed',
  ],
  ['and what ends badly after all', ['echo 5 passed, 0 failed; exit 3'], '5 passed, 1 failed'],
  ['and what is not there', ['no-such-command-at-all'], '0 passed, 1 failed'],
] as const)('%s', async (_what, commands, line) => {
  const { code, out } = await total(...commands)
  expect(code).toBe(1)
  expect(out.endsWith(`\n${line}\n`)).toBe(true)
})
