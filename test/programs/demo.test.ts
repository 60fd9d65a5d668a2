import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { build, start } from '../support/program.ts'

const demoFolders = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('countersign-demo-'))

test('the demo shows that alice and bob agree on hello, that mallory does not, and leaves nothing behind', async () => {
  build()
  const before = await demoFolders()
  const { code, out } = await start(process.execPath, ['scripts/demo.js']).ended
  expect(code).toBe(0)
  const rows = out.split('\n').filter((line) => line.startsWith('hello_2.10-3_amd64.deb '))
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatch(/sha256:3833e140.*alice.*bob/i)
  expect(rows[0]).not.toMatch(/mallory/i)
  expect(rows[1]).toMatch(/sha256:2cd588ce.*mallory/i)
  expect(await demoFolders()).toEqual(before)
})
