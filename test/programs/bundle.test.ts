import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countersign, HELLO, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const NAME = 'hello_2.10-3_amd64'
const HONEST = `${HELLO}/alice/${NAME}.deb`
const TROJAN = `${HELLO}/mallory/${NAME}.deb`

test('what a check needs goes into one file, and is checked where no node is', async () => {
  const node = await startNode(await temporaryDirectory())
  for (const who of ['alice', 'bob', 'mallory']) {
    const file = `${HELLO}/${who}/${NAME}.buildinfo`
    await countersign(['submit', file, '--key', `${HELLO}/${who}.asc`, '--to', node.url])
  }
  const folder = await temporaryDirectory()
  const at = ['--policy', join(folder, 'policy.toml')]
  for (const who of ['alice', 'bob'])
    await countersign(['policy', 'add-operator', who, `${HELLO}/${who}.asc`, ...at])
  const output = join(folder, 'hello.bundle')
  const shown = await countersign(['status', '--json', '--node', node.url])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what is tested below
  const { peerId } = JSON.parse(shown.out) as { peerId: string }
  const without = await readFile(join(folder, 'policy.toml'), 'utf8')
  await writeFile(join(folder, 'policy.toml'), `max-age = "1h"\nowners = ["${peerId}"]\n${without}`)
  const made = await countersign(['bundle', HONEST, '--output', output, '--node', node.url, ...at])
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('has 2 certifications, 2 keys and 2 proofs')
  const full = ['bundle', HONEST, '--output', '/dev/full', '--node', node.url, ...at]
  const unwritten = await countersign(full)
  expect(unwritten).toMatchObject({ code: 74, out: '' })
  expect(unwritten.err).toContain('/dev/full cannot be written: no space left on device [DISK]')
  const empty = join(folder, 'empty.bundle')
  const key = ['bundle', `${HELLO}/alice.asc`]
  const uncertified = await countersign([...key, '--output', empty, '--node', node.url, ...at])
  expect(uncertified).toMatchObject({ code: 1, out: '' })
  expect(uncertified.err).toContain('nothing is written')
  await expect(readFile(empty)).rejects.toThrow('ENOENT')
  await node.stop('SIGTERM')

  const offline = ['--bundle', output, ...at]
  const good = await countersign(['check', HONEST, ...offline])
  expect(good).toMatchObject({ code: 0, err: '' })
  expect(good.out).toMatch(/was made \d{4}-.*, 0 days ago: .*2 of 2 certifications proved to stand/)
  expect(good.out).toMatch(/reproduced +2\/2/)
  expect(good.out).toMatch(/^as of 20\S+Z: what was certified since may be missing$/m)
  expect(await countersign(['check', TROJAN, ...offline])).toMatchObject({ code: 2 })
  expect(await countersign(['check', `${HELLO}/alice.asc`, ...offline])).toMatchObject({ code: 1 })

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was written a moment ago
  const bundle = JSON.parse(await readFile(output, 'utf8')) as {
    certifications: { bytes: string }[]
    proofs: { head: { root: string } }[]
    freshness: { statement: string }[]
  }
  for (const one of bundle.freshness) one.statement = ''
  await writeFile(output, JSON.stringify(bundle))
  const stale = await countersign(['check', HONEST, ...offline])
  expect(stale.code).toBe(3)
  expect(stale.out).toContain(`${output} does not show how fresh it is`)
  await writeFile(join(folder, 'policy.toml'), without)
  for (const one of bundle.certifications)
    one.bytes = Buffer.from(
      Buffer.from(one.bytes, 'base64').toString().replaceAll('2.10-3', '2.10-4'),
    ).toString('base64')
  for (const { head } of bundle.proofs) head.root = 'f'.repeat(64)
  await writeFile(output, JSON.stringify(bundle))
  const forged = await countersign(['check', HONEST, ...offline])
  expect(forged.code).toBe(1)
  expect(forged.out).toContain('0 of 2 certifications proved')
  expect(forged.out).toMatch(/unknown +0\/2/)

  await writeFile(output, '{}')
  const none = await countersign(['check', HONEST, ...offline])
  expect(none).toMatchObject({ code: 1, out: '' })
  expect(none.err).toContain('no bundle as countersign bundle makes it')
  expect(await countersign(['bundle', HONEST, ...at])).toMatchObject({ code: 64 })
  const nothing = await countersign(['bundle', '--output', output, ...at])
  expect(nothing).toMatchObject({ code: 64 })
  expect(nothing.err).toContain('bundle takes files, a folder, or - for a list on standard input')
  expect(nothing.err).not.toContain('--apt')
  const silent = ['bundle', HONEST, '--output', output, '--node', 'http://127.0.0.1:9', ...at]
  expect(await countersign(silent)).toMatchObject({ code: 3 })
})
