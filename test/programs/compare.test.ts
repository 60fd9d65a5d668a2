import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listening } from '../support/listening.ts'
import { nodeOfFile } from '../support/node-of-file.ts'
import { countersign, HELLO, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const submit = (who: string, url: string) =>
  countersign([
    'submit',
    `${HELLO}/${who}/hello_2.10-3_amd64.buildinfo`,
    '--key',
    `${HELLO}/${who}.asc`,
    '--to',
    url,
  ])

test('two nodes are compared, and what one lacks or withholds is named', async () => {
  const data = await temporaryDirectory()
  const [one, other] = [await startNode(data), await startNode(await temporaryDirectory())]
  for (const who of ['alice', 'bob']) for (const { url } of [one, other]) await submit(who, url)
  const same = await countersign(['compare', one.url, other.url])
  expect(same).toMatchObject({ code: 0, err: '' })
  expect(same.out).toContain('they have the same')

  const itself = await countersign(['compare', one.url, `${one.url}/`])
  expect(itself).toMatchObject({ code: 64, out: '' })
  expect(itself.err).toContain('compare takes two nodes')
  await submit('mallory', other.url)
  const [first] = (await countersign(['find', '--json', '--node', one.url])).out.split('\n')
  const id = /"id":"([0-9a-f]{64})"/.exec(first ?? '')?.[1] ?? ''
  expect(await countersign(['withhold', id, '--reason', 'r', '--data', data])).toMatchObject({
    code: 0,
  })
  const different = await countersign(['compare', one.url, other.url, '--source', 'hello'])
  expect(different.code).toBe(1)
  expect(different.out).toMatch(new RegExp(`${one.url} +withholds +${id} +debian +hello 2`))
  expect(different.out).toMatch(new RegExp(`${one.url} +lacks +[0-9a-f]{64} +debian`))
  expect(different.out).toContain('2 differences')
  const elsewhere = await countersign(['compare', one.url, other.url, '--source', 'bash', '--json'])
  expect(elsewhere).toMatchObject({ code: 1, out: '' })

  const alone = await countersign(['compare', '--node', one.url])
  expect(alone).toMatchObject({ code: 64 })
  expect(alone.err).toContain('countersign compare NODE NODE')
  expect(await countersign(['compare', one.url])).toMatchObject({ code: 64 })
  const silent = await countersign(['compare', one.url, 'http://127.0.0.1:9'])
  expect(silent).toMatchObject({ code: 3 })
  expect(silent.err).not.toContain('--node')
  await submit('mallory', one.url)
  const single = await countersign(['compare', one.url, other.url, '--source', 'hello'])
  expect(single.out).toContain('\n1 difference\n')
})

const nodeHere = nodeOfFile()

test.each([
  {
    is: 'a page that is not there',
    status: 404,
    body: '',
    said: 'answered 404, which is no answer',
  },
  {
    is: 'a page',
    status: 200,
    body: '<html>',
    said: 'answered 200 and no JSON, which is no answer',
  },
  {
    is: 'JSON of its own',
    status: 200,
    body: '{}',
    said: 'did not answer like a Countersign node',
  },
])('a web server that answers with $is is named', async ({ status, body, said }) => {
  const node = await nodeHere()
  const stranger = await listening(
    createServer((_request, response) => response.writeHead(status).end(body)),
  )
  const ended = await countersign(['compare', node.url, stranger])
  expect(ended).toMatchObject({ code: 3, out: '' })
  expect(ended.err).toContain(`countersign: ${stranger}/certifications?limit=1000 ${said}`)
})
