import { expect, test } from 'vitest'
import { countersign, startNode } from '../support/program.ts'
import { fakeNode } from '../support/fake-node.ts'
import { nodeOfFile } from '../support/node-of-file.ts'
import { instance, INSTANCE } from '../support/rebuilderd.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('links of an instance are copied with its key, and again they are known', async () => {
  const [url, node] = [await fakeNode(instance), await startNode(await temporaryDirectory())]
  const first = await countersign(['import', 'rebuilderd', url, '--to', node.url])
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toBe(
    `signed by ${INSTANCE}\n1 taken, 0 known already, 3 without a link by its key\n`,
  )
  const again = await countersign(['import', 'rebuilderd', url, '--to', node.url, '--json'])
  expect(again.code).toBe(0)
  expect(again.out.match(/"fate":"\w+"/g)).toEqual([
    '"fate":"known"',
    '"fate":"none"',
    '"fate":"none"',
    '"fate":"none"',
  ])
  const found = await countersign(['find', '--rebuilder', INSTANCE, '--node', node.url])
  expect(found.out).toContain('verified')

  const other = await startNode(await temporaryDirectory())
  const from = `${node.url}/rebuilders/${INSTANCE}`
  const copied = await countersign(['import', 'rebuilderd', from, '--to', other.url])
  expect(copied.out).toContain('1 taken, 0 known already, 0 without')
})

test('one link that an instance cannot give is said, and the others are copied', async () => {
  const node = await startNode(await temporaryDirectory())
  const ailing = await fakeNode((request, response) => {
    if (request.url?.includes('/builds/14/') === true) response.writeHead(500).end()
    else instance(request, response)
  })
  const copied = await countersign(['import', 'rebuilderd', ailing, '--to', node.url])
  expect(copied.code).toBe(1)
  expect(copied.out).toContain('1 taken, 0 known already, 2 without a link by its key, 1 refused')
  expect(copied.err).toContain('bad 1 amd64')

  const key = await countersign(['key', 'get', INSTANCE, '--node', node.url])
  expect(key.out).toContain('-----BEGIN PUBLIC KEY-----')
  const policy = ['--policy', `${await temporaryDirectory()}/policy.toml`]
  const operator = ['policy', 'add-operator', 'x', INSTANCE, '--node', node.url, ...policy]
  expect(await countersign(operator)).toMatchObject({ code: 0 })
})

const emptyNode = nodeOfFile()

test('an instance whose list has no end is left', async () => {
  const node = await emptyNode()
  let id = 0
  const endless = await fakeNode((request, response) => {
    const isList = request.url?.includes('packages/binary') === true
    if (!isList) return instance(request, response)
    const record = { id: (id += 1), name: 'a', version: '1', architecture: 'all' }
    const records = [{ ...record, build_id: null, artifact_id: null }]
    response.end(JSON.stringify({ total: 1, records }))
  })
  const left = await countersign(['import', 'rebuilderd', endless, '--to', node.url])
  expect(left.code).toBe(3)
})

test('what is no instance, has nothing of it or does not answer is said', async () => {
  const node = await emptyNode()
  const run = (url: string, ...more: readonly string[]) =>
    countersign(['import', 'rebuilderd', url, '--to', node.url, ...more])
  const page = await fakeNode((_, response) => response.end('<html>'))
  const noInstance = await run(page)
  expect(noInstance.code).toBe(3)
  expect(noInstance.err).toContain(`${page} does not answer like rebuilderd`)
  const none = await run(await fakeNode(instance), '--name', 'nothing')
  expect(none).toMatchObject({ code: 1 })
  expect(none.out).toContain('The instance has no such package.')
  const silent = await run('http://127.0.0.1:1')
  expect(silent.code).toBe(3)
  expect(silent.err).not.toContain('countersign serve')
  expect(await run('nonsense')).toMatchObject({ code: 64 })
  expect(await countersign(['import', 'rebuilderd'])).toMatchObject({ code: 64 })
})
