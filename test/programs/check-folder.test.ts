import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countersign, startNode } from '../support/program.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { CACHES, inMaven, laidOut, toolBuildinfo, TROJAN } from '../support/tool-jars.ts'

test('caches with nothing but certified jars are fine, and one with a trojan is not', async () => {
  const node = await startNode(await temporaryDirectory())
  const folder = await temporaryDirectory()
  const signer = await rebuilder()
  const { document, signature } = await toolBuildinfo('1.0', signer)
  const [key, file] = [join(folder, 'key.asc'), join(folder, 'tool-1.0.buildinfo')]
  await writeFile(key, signer.publicKey.bytes)
  await writeFile(file, document)
  await writeFile(`${file}.asc`, signature)
  const sent = await countersign(['submit', file, '--key', key, '--to', node.url])
  expect(sent).toMatchObject({ code: 0 })
  const policy = ['--policy', join(folder, 'policy.toml')]
  await countersign(['policy', 'init', ...policy])
  await countersign(['policy', 'add-operator', 'alice', key, ...policy])
  const check = [...policy, '--node', node.url]

  const clean = await laidOut(CACHES)
  const fine = await countersign(['check', clean, '--verbose', ...check])
  expect(fine).toMatchObject({ code: 0, err: '' })
  expect(fine.out).toContain(
    '3 files: 3 reproduced; 13 skipped: 7 cache notes, 1 signature, 3 checksum files, 2 uncertified descriptions\n',
  )
  expect(fine.out).toMatch(/^skipped {2}\S+parent-1\.pom {2}uncertified description$/m)
  const silent = await countersign(['check', clean, ...policy, '--node', 'http://127.0.0.1:9'])
  expect(silent.code).toBe(3)

  const jar = join(await laidOut({ ...CACHES, [`${inMaven('1.0')}.jar`]: TROJAN }), '.m2')
  const { code, out } = await countersign(['check', jar, '--json', ...check])
  expect(code).toBe(2)
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines).toHaveLength(12)
  expect(lines).toContainEqual(
    expect.objectContaining({
      verdict: 'contradicted',
      file: join(jar, `${inMaven('1.0').replace('.m2/', '')}.jar`),
    }),
  )
  const sum = join(jar, `${inMaven('1.0').replace('.m2/', '')}.jar.sha1`)
  expect(lines).toContainEqual({ file: sum, verdict: 'skipped', remark: 'checksum file' })
  const named = await countersign(['check', sum, ...check])
  expect(named).toMatchObject({ code: 1 })
  const notes = await countersign(['check', await laidOut({ 'a.jar.sha1': 'x' }), ...check])
  expect(notes).toMatchObject({ code: 1, out: '' })
  expect(notes.err).toContain('There is nothing to check')
})
