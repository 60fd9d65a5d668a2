import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { build, start } from '../support/program.ts'

const folders = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('countersign-network-'))

test('three nodes find each other, pass a certification on though the only named one is killed, a late one has everything, and nothing is left behind', async () => {
  build()
  const before = await folders()
  const { code, out } = await start(process.execPath, ['scripts/try-network.js']).ended
  expect(code).toBe(0)
  expect(out).toMatch(/C is connected with B as well, \d+ ms later\./)
  expect(out).toMatch(/Node C has it, \d+ ms later\./)
  expect(out).toMatch(/Node A is killed[^]*Node D has all 3, \d+ ms later\./)
  expect(out).toMatch(/proved: block \d+ stands in feed [0-9a-f]{64}\n/)
  expect(out).toContain('Nothing is missing.')
  expect(await folders()).toEqual(before)
})
