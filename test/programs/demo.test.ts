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
  const table = out.split('\nhello_2.10-3_amd64.deb\n')[1]?.split('\n\n')[0] ?? ''
  expect(table).toMatch(
    /^ {2}sha256:3833e140.*\n.* Alice .*\n.* Bob .*\n {2}sha256:2cd588ce.*\n.* Mallory .*$/,
  )
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(out).toMatch(
    /\n\nAlice and Bob built the same bytes.*Mallory.*\n.*removed\. Next: npm start .*\n$/,
  )
  expect(await demoFolders()).toEqual(before)
})
