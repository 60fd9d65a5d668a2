import { createServer } from 'node:net'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listening } from '../support/listening.ts'
import { nodeOfFile } from '../support/node-of-file.ts'
import { countersign, HELLO, ROOT, start } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const NAME = 'hello_2.10-3_amd64'
const HONEST = `${HELLO}/alice/${NAME}.deb`
const TROJAN = `${HELLO}/mallory/${NAME}.deb`
const ODD = `${ROOT}test/data/odd`
const NOBODY = 'http://127.0.0.1:9'
const AGREED = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'

const nodeHere = nodeOfFile()

/** What alice, bob and mallory certified is at the node, and this policy believes alice and bob together. */
async function prepare(): Promise<string> {
  const node = await nodeHere()
  for (const who of ['alice', 'bob', 'mallory']) {
    const file = `${HELLO}/${who}/${NAME}.buildinfo`
    await countersign(['submit', file, '--key', `${HELLO}/${who}.asc`, '--to', node.url])
  }
  const policy = join(await temporaryDirectory(), 'policy.toml')
  const at = ['--policy', policy]
  expect(await countersign(['policy', 'init', ...at])).toMatchObject({ code: 0, err: '' })
  const alice = await countersign(['policy', 'add-operator', 'alice', `${HELLO}/alice.asc`, ...at])
  expect(alice.code).toBe(0)
  const fingerprint = (await readFile(`${HELLO}/bob.fpr`, 'utf8')).trim()
  expect(alice.out).toContain((await readFile(`${HELLO}/alice.fpr`, 'utf8')).trim())
  await countersign(['policy', 'add-operator', 'bob', fingerprint, ...at])
  return (await readFile(policy, 'utf8')).replace('threshold = 1', 'threshold = 2')
}

let prepared: Promise<string> | undefined

/** A node with what alice, bob and mallory certified, and a policy of its own that believes alice and bob together. */
async function ready() {
  const text = await (prepared ??= prepare())
  const node = await nodeHere()
  const folder = await temporaryDirectory()
  const policy = join(folder, 'policy.toml')
  await writeFile(policy, text)
  return { node, folder, policy, check: ['--policy', policy, '--node', node.url] }
}

test('files are checked by a policy that one command begins, with a verdict and an exit code for each', async () => {
  const { folder, policy, check } = await ready()
  const good = await countersign(['check', HONEST, ...check])
  expect(good).toMatchObject({ code: 0, err: '' })
  expect(good.out).toMatch(
    /^VERDICT +VOTES +FILE\nreproduced +2\/2 +\S+\s+alice, bob\nas of 20\S+Z: what was certified since may be missing\n$/,
  )

  const renamed = join(folder, 'firefox_99_amd64.deb')
  await cp(TROJAN, renamed)
  const trojan = await countersign(['check', HONEST, renamed, ...check])
  expect(trojan.code).toBe(2)
  expect(trojan.out).toContain(`alice certified sha256 ${AGREED.slice(0, 16)}…`)
  const explained = await countersign(['check', renamed, '--explain', ...check])
  expect(explained.out).toContain(`firefox_99_amd64.deb is ${NAME}\n`)
  expect(explained.out).toContain(`other bytes for ${NAME}.deb: sha256 ${AGREED}`)

  await writeFile(join(folder, 'note.txt'), 'x')
  const unknown = await countersign(['check', join(folder, 'note.txt'), ...check])
  expect(unknown).toMatchObject({ code: 1, err: '' })
  expect(unknown.out).toMatch(/unknown +0\/2 .*\s+0 of 2 operators, 2 needed\n/)
  const short = join(folder, 'sub')
  await mkdir(short)
  await writeFile(join(short, 'a'), 'x')
  const narrow = await countersign(['check', 'a', ...check], { cwd: short })
  expect(narrow.out).toContain(
    'VERDICT  VOTES  FILE\nunknown  0/2    a     0 of 2 operators, 2 needed\nas of ',
  )

  const listed = await countersign(['check', '-', '--json', ...check], {
    stdin: `${HONEST}\n${join(folder, 'note.txt')}\n`,
  })
  expect(listed.code).toBe(1)
  const [first, second] = listed.out
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(first).toMatchObject({ file: HONEST, verdict: 'reproduced', agreeing: 2 })
  expect(second).toMatchObject({ verdict: 'unknown' })

  await mkdir(join(folder, 'debs'))
  await cp(HONEST, join(folder, 'debs', 'a.deb'))
  const below = await countersign(['check', join(folder, 'debs'), ...check])
  expect(below).toMatchObject({ code: 0 })

  await writeFile(
    policy,
    `${await readFile(policy, 'utf8')}\n[[rule]]\nname = "hello_*"\nignore = "built here"\n`,
  )
  const ignored = await countersign(['check', renamed, ...check])
  expect(ignored).toMatchObject({ code: 0 })
  expect(ignored.out).toMatch(/ignored +- [^]* built here\n/)
})

test('a node that does not answer is named, and without any the exit code says so', async () => {
  const { policy, check } = await ready()
  const some = await countersign(['check', HONEST, ...check, '--node', NOBODY])
  expect(some.code).toBe(0)
  expect(some.out).toContain(`${NOBODY} does not answer`)
  expect(some.out).toContain('port 9 is kept for another protocol')
  const none = await countersign(['check', HONEST, '--policy', policy, '--node', NOBODY])
  expect(none.code).toBe(3)
})

test('a node that hangs is waited for as long as was said, and named', async () => {
  const { check } = await ready()
  const hanging = await listening(createServer())
  const asked = ['check', HONEST, ...check, '--node', hanging]
  const some = await countersign([...asked, '--timeout', '1'])
  expect(some.code).toBe(0)
  expect(some.out).toContain(`${hanging} did not answer within 1 s\n`)
  for (const wrong of ['0', '3601', '1.5', 'soon']) {
    const refused = await countersign([...asked, '--timeout', wrong])
    expect(refused).toMatchObject({ code: 64, out: '' })
    expect(refused.err).toContain('--timeout must be a whole number of seconds, from 1 to 3600')
  }
})

test('a file that is not what it should be is named, once', async () => {
  const { folder, check } = await ready()
  const absent = join(folder, 'no.deb')
  expect((await countersign(['check', absent, ...check])).err).toBe(
    `countersign: ${absent} cannot be read: no such file or directory [FILE_INVALID]\n`,
  )
  const isFolder = await countersign(['check', HONEST, '--policy', folder])
  expect(isFolder.err).toBe(
    `countersign: ${folder} cannot be read: illegal operation on a directory [POLICY_INVALID]\n`,
  )
  const damaged = join(folder, 'damaged')
  await writeFile(damaged, '{')
  const bundle = await countersign(['check', HONEST, '--bundle', damaged, ...check])
  expect(bundle).toMatchObject({ code: 1, out: '' })
  expect(bundle.err).toContain(`${damaged}: It is no JSON, so no bundle.`)
  const key = await countersign(['policy', 'add-operator', 'carol', damaged, ...check.slice(0, 2)])
  expect(key.code).toBe(1)
  expect(key.err).toContain(`${damaged}: There is no PGP PUBLIC KEY BLOCK`)
  const file = `${HELLO}/alice/${NAME}.buildinfo`
  const sent = ['submit', file, '--key', damaged, '--to', check[3] ?? '']
  expect((await countersign(sent)).err).toContain(`of --key ${damaged}: There is no PGP PUBLIC KEY`)
})

test('what cannot be checked says what to do', async () => {
  const { folder, policy, check } = await ready()
  const absent = await countersign(['check', join(folder, 'no.deb'), ...check])
  expect(absent).toMatchObject({ code: 1, out: '' })
  expect(absent.err).toContain('cannot be read')
  const nothing = await countersign(['check', HONEST, '--policy', join(folder, 'no.toml')])
  expect(nothing.code).toBe(78)
  expect(nothing.err).toMatch(/countersign policy init --policy \S+no.toml makes one/)
  for (const stdin of ['', '\n\n']) {
    const empty = await countersign(['check', '-', ...check], { stdin })
    expect(empty).toMatchObject({ code: 1, out: '' })
    expect(empty.err).toContain('nothing to check')
  }
  await mkdir(join(folder, 'empty'))
  const beside = await countersign(['check', join(folder, 'empty'), HONEST, ...check])
  expect(beside.code).toBe(1)
  expect(beside.err).toContain('There is no file in')
  await mkdir(join(folder, 'links'))
  await symlink(TROJAN, join(folder, 'links', 'a.deb'))
  expect(await countersign(['check', join(folder, 'links'), ...check])).toMatchObject({ code: 2 })
  const nowhere = ['policy', 'init', '--policy', '/proc/none/policy.toml']
  expect(await countersign(nowhere)).toMatchObject({ code: 78 })
  expect(await countersign(['check', ...check])).toMatchObject({ code: 64 })
  expect(await countersign(['check', HONEST, HONEST, '--as', 'x', ...check])).toMatchObject({
    code: 64,
  })
  expect(await countersign(['policy', 'init', '--policy', policy])).toMatchObject({ code: 78 })
  const absentKey = ['policy', 'add-operator', 'x', 'F'.repeat(40), ...check]
  expect(await countersign(absentKey)).toMatchObject({ code: 1 })
  const mallory = (await readFile(`${HELLO}/mallory.fpr`, 'utf8')).trim()
  const other = ['policy', 'add-operator', 'm', mallory, '--policy', `${policy}.2`]
  const shown = await countersign([...other, ...check.slice(2)])
  expect(shown).toMatchObject({ code: 0 })
  expect(shown.out).toMatch(new RegExp(`m  ${mallory}  .*[Mm]allory`))
  const twice = ['policy', 'add-operator', 'eve', `${HELLO}/alice.asc`, '--policy', policy]
  const before = await readFile(policy, 'utf8')
  const refused = await countersign(twice)
  expect(refused.code).toBe(78)
  expect(refused.err).toContain('belongs to operator "alice" and to "eve"')
  const mine = (await readFile(`${HELLO}/alice.fpr`, 'utf8')).trim()
  const again = ['policy', 'add-operator', 'alice', mallory, '--policy', policy]
  const second = await countersign(again)
  expect(second.code).toBe(78)
  expect(second.err).toContain(
    `${policy}: operator "alice" stands twice. It has one vote and one [[operator]], and all its keys stand in that: keys = ["${mine}","${mallory}"].`,
  )
  expect(await readFile(policy, 'utf8')).toBe(before)
})

test('a key that was revoked as compromised is named with the day on which that was said', async () => {
  const { node, folder } = await ready()
  const policy = ['--policy', join(folder, 'revoked.toml')]
  const key = `${ODD}/key-revoked.asc`
  const added = await countersign(['policy', 'add-operator', 'builder', key, ...policy])
  expect(added.out).toContain('names 1 operator now')
  const sent = ['submit', `${ODD}/25-revoked-key.buildinfo`, '--key', key, '--to', node.url]
  expect(await countersign(sent)).toMatchObject({ code: 0 })
  const explain = ['check', HONEST, '--explain', '--node', node.url, ...policy]
  const { code, out } = await countersign(explain)
  expect(code).toBe(1)
  expect(out).toMatch(
    /is key-revoked: its key was revoked 2026-11-22T\S+Z as compromised or without a reason \(voids everything it signed\)\n/,
  )
})

test('another program checks without a node in its process', async () => {
  const { node, policy } = await ready()
  const folder = await temporaryDirectory()
  await mkdir(join(folder, 'node_modules'))
  await symlink(ROOT, join(folder, 'node_modules', 'countersign'))
  await writeFile(
    join(folder, 'mine.mjs'),
    `import { check, loadPolicy, readSubject } from 'countersign/check'
const policy = await loadPolicy(${JSON.stringify(policy)})
const { results } = await check([await readSubject(${JSON.stringify(HONEST)})], { policy, nodes: [${JSON.stringify(node.url)}] })
console.log(results[0].verdict, results[0].agreeing)
`,
  )
  const ended = await start(process.execPath, [join(folder, 'mine.mjs')], { cwd: folder }).ended
  expect(ended).toMatchObject({ code: 0, out: 'reproduced 2\n' })
})

test('another program sees the types of what it may import, and of nothing else', async () => {
  await countersign(['--version'])
  const folder = await temporaryDirectory()
  await mkdir(join(folder, 'node_modules'))
  await symlink(ROOT, join(folder, 'node_modules', 'countersign'))
  await writeFile(
    join(folder, 'mine.mts'),
    `import { check, loadPolicy, readSubject, type Verdict } from 'countersign/check'
const policy = await loadPolicy('policy.toml')
const { results } = await check([await readSubject('hello.deb')], { policy, nodes: [] })
export const verdict: Verdict['verdict'] | undefined = results[0]?.verdict
// @ts-expect-error -- so the declarations were found, and say something
export const wrong: number = await loadPolicy('policy.toml')
`,
  )
  const types = ['--types', 'node', '--typeRoots', `${ROOT}node_modules/@types`]
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', ...types]
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`
  const args = [tsc, ...options, '--target', 'es2023', '--listFiles', 'mine.mts']
  const { code, out } = await start(process.execPath, args, { cwd: folder }).ended
  expect(code, out).toBe(0)
  const files = await readdir(`${ROOT}dist`, { recursive: true })
  const declarations = files.filter((name) => name.endsWith('.d.ts'))
  expect(declarations.length).toBeGreaterThan(10)
  for (const name of declarations) expect(out).toContain(`/dist/${name}\n`)
})

test('of TypeBox the program has the builders of schemas, and no compiler that a check would wait for', async () => {
  await countersign(['--version'])
  const files = (await readdir(`${ROOT}dist`)).filter((name) => name.endsWith('.js'))
  const texts = await Promise.all(files.map((name) => readFile(`${ROOT}dist/${name}`, 'utf8')))
  const modules = texts.join('').match(/^\/\/ node_modules\/typebox\/.*$/gm) ?? []
  expect(modules.length).toBeGreaterThan(10)
  expect(modules.length).toBeLessThan(60)
})
