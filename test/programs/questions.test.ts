import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { nodeOfFile } from '../support/node-of-file.ts'
import { countersign, HELLO, JVM, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const REBUILDERS = ['alice', 'bob', 'mallory'] as const
const AGREED = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'
const OTHER = '2cd588ce59488b49204702a78cd609a5ecb677dc905141c5c46ef8c7861ff5dd'
/** Nobody listens on the discard port. */
const NOBODY = 'http://127.0.0.1:9'

const buildinfo = (who: string): string => `${HELLO}/${who}/hello_2.10-3_amd64.buildinfo`
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))

const fingerprintOf = async (who: string): Promise<string> =>
  (await readFile(`${HELLO}/${who}.fpr`, 'utf8')).trim()

test('what three rebuilders submit is found, compared and indexed anew', async () => {
  const data = await temporaryDirectory()
  const node = await startNode(data)
  const keys = REBUILDERS.flatMap((who) => ['--key', `${HELLO}/${who}.asc`])
  const submitted = await countersign([
    'submit',
    ...REBUILDERS.map(buildinfo),
    ...keys,
    '--to',
    node.url,
    '--json',
  ])
  expect(submitted.err).toBe('')
  expect(submitted.code).toBe(0)
  expect(lines(submitted.out)).toMatchObject(REBUILDERS.map((who) => ({ file: buildinfo(who) })))
  const rebuilder = await fingerprintOf('alice')
  const receipt = { collection: 'debian', state: 'verified', rebuilder }
  const first = lines(submitted.out).find((line) => JSON.stringify(line).includes(rebuilder))
  expect(first).toMatchObject({
    file: buildinfo('alice'),
    node: node.url,
    status: 'accepted',
    receipt,
  })

  const again = await countersign(['submit', buildinfo('bob'), '--to', node.url])
  expect(again).toMatchObject({ code: 0, err: '' })
  expect(again.out).toMatch(
    /^known {4} .*hello_2\.10-3_amd64\.buildinfo: verified, id [0-9a-f]{64}\n/,
  )

  const at = ['--node', node.url]
  const found = await countersign(['find', '--source', 'hello/2.10-3', '--json', ...at])
  expect(lines(found.out)).toHaveLength(3)
  const table = await countersign(['find', '--sha256', OTHER, ...at])
  expect(table.out.split('\n')).toHaveLength(3)
  expect(table.out).toMatch(/^ID +COLLECTION +SOURCE +STATE +REBUILDER +SIGNED\n/)
  expect(table.out).toContain((await fingerprintOf('mallory')).slice(-16))
  const paged = await countersign(['find', '--limit', '1', ...at])
  expect(paged.out.trimEnd().split('\n')).toHaveLength(2)
  expect(paged.err).toMatch(/^There are more/)
  const nothing = await countersign(['find', '--artifact', 'nothing.deb', ...at])
  expect(nothing).toMatchObject({ code: 1, out: '', err: 'No certification fits.\n' })
  const keyId = (await fingerprintOf('mallory')).slice(-16)
  expect((await countersign(['key', 'get', keyId, ...at])).code).toBe(0)
  for (const [code, asked] of [
    ['CERTIFICATION_NOT_FOUND', ['find', '--artifact', 'nothing.deb']],
    ['KEY_NOT_FOUND', ['key', 'get', '0'.repeat(16)]],
    ['PATH_NOT_FOUND', ['agreement', 'debian/nothing']],
    ['COLLECTION_UNKNOWN', ['agreement', 'nothing/x']],
  ] as const) {
    const ended = await countersign([...asked, '--json', ...at])
    expect(ended).toMatchObject({ code: 1, out: '' })
    expect(JSON.parse(ended.err)).toMatchObject({ code })
  }

  const agreement = await countersign(['agreement', 'debian', 'hello/2.10-3', ...at])
  expect(agreement).toMatchObject({ code: 2, err: '' })
  expect(agreement.out).toContain(`  sha256:${AGREED.slice(0, 16)}…  53076 bytes\n`)
  expect(agreement.out).toMatch(
    new RegExp(`  sha256:${OTHER.slice(0, 16)}…  51856 bytes\\n {4}${keyId}  Mallory`),
  )
  expect((await countersign(['agreement', 'debian/hello', '--json', ...at])).code).toBe(2)
  const unknown = await countersign(['agreement', 'debian/nothing', ...at])
  expect(unknown).toMatchObject({ code: 1, out: '' })

  const status = await countersign(['status', '--json', ...at])
  expect(JSON.parse(status.out)).toMatchObject({ keys: 3, rebuilders: 3 })
  expect((await countersign(['status', ...at])).out).toMatch(/debian +debian +any +3 /)

  const before = found.out
  expect((await node.stop('SIGINT')).code).toBe(0)
  const indexed = await countersign(['reindex', '--data', data])
  expect(indexed).toMatchObject({ code: 0, err: '' })
  expect(indexed.out).toContain(data)
  const mistyped = await countersign(['reindex', '--data', `${data}x`])
  expect(mistyped).toMatchObject({ code: 78, out: '' })
  const restarted = await startNode(data)
  const after = await countersign([
    'find',
    '--source',
    'hello/2.10-3',
    '--json',
    '--node',
    restarted.url,
  ])
  expect(after.out).toBe(before)
})

test('a certification waits for its key, and is taken when the key is sent', async () => {
  const node = await startNode(await temporaryDirectory())
  const input = await readFile(buildinfo('bob'))
  const waiting = await countersign(['submit', '-', '--to', node.url], { stdin: input })
  expect(waiting.code).toBe(1)
  expect(waiting.out).toMatch(/^waiting +-: for its key, until /)

  const at = ['--node', node.url]
  const fingerprint = await fingerprintOf('bob')
  expect(waiting.out.split('\n')[1]).toBe(
    `          gpg --armor --export ${fingerprint.slice(-16)} | countersign key add - --node ${node.url}`,
  )
  expect(await countersign(['key', 'get', fingerprint, ...at])).toMatchObject({ code: 1, out: '' })
  const added = await countersign(['key', 'add', `${HELLO}/bob.asc`, '--json', ...at])
  expect(added).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(added.out)).toMatchObject({
    fingerprint,
    added: true,
    released: [expect.stringMatching(/^[0-9a-f]{64}$/)],
  })
  const known = await countersign(['key', 'add', '-', ...at], {
    stdin: await readFile(`${HELLO}/bob.asc`),
  })
  expect(known).toMatchObject({ code: 0, out: `${fingerprint}  known\n` })
  const key = await countersign(['key', 'get', `0x${fingerprint}`, ...at])
  expect(key.out).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/)
  expect((await countersign(['find', '--rebuilder', fingerprint, ...at])).code).toBe(0)
})

const nodeHere = nodeOfFile()

test('a document is submitted with the signature that lies beside it, into the collection of its dialect', async () => {
  const node = await nodeHere()
  const stem = `${JVM}/sbt-0.1_stamina-core_2.12-0.1.6`
  const named = await countersign([
    'submit',
    `${stem}.buildinfo`,
    '--signature',
    `${stem}.alice.buildinfo.asc`,
    '--key',
    `${HELLO}/alice.asc`,
    '--to',
    node.url,
    '--json',
  ])
  expect(named).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(named.out)).toMatchObject({ receipt: { collection: 'maven' } })

  const module = `${JVM}/gradle-noversion_jarviz-core-0.3.0`
  const unversioned = ['submit', `${module}.alice.clearsigned`, '--to', node.url]
  const placeless = await countersign(unversioned)
  expect(placeless.code).toBe(1)
  const example = /Like this: --alias (\S+) /.exec(placeless.err)?.[1] ?? ''
  const placed = await countersign([...unversioned, '--alias', example])
  expect(placed).toMatchObject({ code: 0, err: '' })
  const misplaced = await countersign([...unversioned, '--alias', 'jarviz/x.buildinfo'])
  expect(misplaced.code).toBe(1)
  expect(misplaced.err).toContain(`--alias ${example} [NAME_MISMATCH]`)

  const unsigned = await temporaryDirectory()
  await copyFile(`${stem}.buildinfo`, `${unsigned}/it's.buildinfo`)
  const waits = await countersign(['submit', "it's.buildinfo", '--to', node.url], { cwd: unsigned })
  expect(waits.out.split('\n')[1]).toBe(
    `          gpg --armor --detach-sign 'it'\\''s.buildinfo' && countersign submit 'it'\\''s.buildinfo' --to ${node.url}`,
  )

  const folder = await temporaryDirectory()
  await copyFile(`${stem}.buildinfo`, `${folder}/x.buildinfo`)
  await copyFile(`${stem}.bob.buildinfo.asc`, `${folder}/x.buildinfo.asc`)
  const beside = await countersign(
    ['submit', 'x.buildinfo', '--key', `${HELLO}/bob.asc`, '--to', node.url, '--json'],
    { cwd: folder },
  )
  expect(JSON.parse(beside.out)).toMatchObject({
    status: 'accepted',
    receipt: { rebuilder: await fingerprintOf('bob') },
  })
})

test('several files to several nodes: the exit tells what was refused and who did not answer', async () => {
  const one = await nodeHere()
  const two = await startNode(await temporaryDirectory())
  const folder = await temporaryDirectory()
  const changed = (await readFile(buildinfo('bob'), 'utf8')).replace('hello', 'hullo')
  await writeFile(`${folder}/changed.buildinfo`, changed)
  await writeFile(`${folder}/large.buildinfo`, Buffer.alloc(1024 * 1024 + 1, 'x'))

  const key = ['--key', `${HELLO}/bob.asc`]
  const both = await countersign([
    'submit',
    buildinfo('bob'),
    ...key,
    '--to',
    one.url,
    '--to',
    two.url,
  ])
  expect(both.code).toBe(0)
  expect(both.out.match(/^accepted /gm)).toHaveLength(2)

  const refused = await countersign(
    ['submit', 'changed.buildinfo', 'large.buildinfo', ...key, '--to', one.url],
    { cwd: folder },
  )
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain(`changed.buildinfo to ${one.url}: `)
  expect(refused.err).toMatch(/large\.buildinfo.*\[TOO_LARGE\]/)

  const some = await countersign(['submit', buildinfo('bob'), '--to', one.url, '--to', NOBODY])
  expect(some.code).toBe(1)
  expect(some.err).toContain('[NODE_UNREACHABLE]')
  const none = await countersign(['submit', buildinfo('bob'), '--to', NOBODY, '--json'])
  expect(none.code).toBe(3)
  expect(JSON.parse(none.err)).toMatchObject({ code: 'NODE_UNREACHABLE', node: NOBODY })

  const second = await countersign(['find', '--node', NOBODY, '--node', two.url])
  expect(second.code).toBe(0)
})

test('what a lying node says moves no cursor and is no crash', async () => {
  let answer = ''
  const liar = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(answer)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    liar.close()
  })
  await once(liar, 'listening')
  const address = liar.address()
  const at = ['--node', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`]

  for (const lie of [
    '',
    'nonsense',
    '[]',
    '{}',
    'null',
    '{"collection":"debian","path":"x","artifacts":5}',
  ]) {
    answer = lie
    const ended = await countersign(['agreement', 'debian/hello', ...at])
    expect(ended).toMatchObject({ code: 3, out: '' })
    expect(ended.err).toMatch(/^countersign: .*\[ANSWER_UNEXPECTED\]\n$/)
  }
  const evil = '\u001b]0;owned\u0007\u001b[2J'
  const group = {
    checksums: { sha256: evil },
    size: 1,
    weak: false,
    rebuilders: [{ fingerprint: 'F', name: evil, operator: evil, certifications: [] }],
  }
  const tally = { agreeing: 0, differing: 0, alone: 1, sides: [] }
  answer = JSON.stringify({
    collection: 'debian',
    path: 'hello',
    truncated: false,
    artifacts: [{ name: evil, named: tally, others: tally, groups: [group] }],
    uncounted: [],
  })
  const shown = await countersign(['agreement', 'debian/hello', ...at])
  expect(shown.code).toBe(0)
  expect(shown.out).not.toContain('\u001b')
  expect(shown.out).toContain('\\u001b]0;owned')
  const json = await countersign(['agreement', 'debian/hello', '--json', ...at])
  expect(json.out).not.toContain('\u001b')
  expect(JSON.parse(json.out)).toMatchObject({ artifacts: [{ name: evil }] })
})
