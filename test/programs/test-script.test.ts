import { expect, test } from 'vitest'
import { build, MAIN, start } from '../support/program.ts'

test('npm test ends with the count, and names no file that is gone by then', async () => {
  const args = ['scripts/test.js', 'test/certification/artifact-name.test.ts']
  const { code, out, err } = await start(process.execPath, args).ended
  expect(code).toBe(0)
  expect(out).toMatch(/\n\d+ passed, 0 failed\n$/)
  expect(out + err).not.toMatch(/report/i)
})

test('what is built can be run by its name alone, however often it is built', async () => {
  build()
  const { code, out } = await start(MAIN, ['--version']).ended
  expect(code).toBe(0)
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
