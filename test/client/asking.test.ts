/* A node is asked in the same way over HTTP and over its control socket. */
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { controlRequest } from '../../src/client/control-door.ts'
import { exchange } from '../../src/client/exchange.ts'
import { httpDoor, readBaseUrl } from '../../src/client/http-door.ts'
import { json } from '../../src/client/reply.ts'
import { fakeNode } from '../support/fake-node.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const asked = { method: 'GET', path: '/peers' } as const

async function overHttp(listener: RequestListener): Promise<() => Promise<unknown>> {
  const door = httpDoor(readBaseUrl(await fakeNode(listener)))
  return async () => json(await exchange(door, asked))
}

async function overSocket(listener: RequestListener): Promise<() => Promise<unknown>> {
  const data = await temporaryDirectory()
  const server = createServer(listener).listen(join(data, 'control.sock'))
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return () => controlRequest(data, asked)
}

const problem = (code: string) => JSON.stringify({ code, detail: 'A sentence.' })

describe.each([
  ['HTTP', overHttp],
  ['the control socket', overSocket],
])('over %s', (_, open) => {
  test('who is told to come back does', async () => {
    const answers = [
      { status: 429, headers: { 'retry-after': '1' }, body: problem('RATE_EXCEEDED') },
      { status: 200, headers: {}, body: '{"fine":true}' },
    ]
    const ask = await open((_request, response) => {
      const { status = 500, headers, body } = answers.shift() ?? {}
      response.writeHead(status, headers).end(body)
    })
    expect(await ask()).toEqual({ fine: true })
    expect(answers).toEqual([])
  })

  test("a node's own code is told, and what is none is an answer that nobody expects", async () => {
    const codes = ['READ_ONLY', 'OF_TOMORROW']
    const ask = await open((_request, response) => {
      response.writeHead(405).end(problem(codes.shift() ?? ''))
    })
    await expect(ask()).rejects.toMatchObject({ code: 'READ_ONLY', message: 'A sentence.' })
    await expect(ask()).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' })
  })

  test('an answer without end is left, and a broken one is no answer', async () => {
    let isBroken = false
    const ask = await open((_request, response) => {
      const more = (): void => {
        if (isBroken) response.destroy()
        else while (response.write(Buffer.alloc(1024 * 1024, ' ')));
      }
      response.on('drain', more)
      response.writeHead(200, isBroken ? { 'content-length': '9' } : {})
      more()
    })
    await expect(ask()).rejects.toThrow('too large')
    isBroken = true
    await expect(ask()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
  })
})

test('at an https URL where a node speaks plain http the error says to try that', async () => {
  const plain = await fakeNode((_request, response) => void response.end('{}'))
  const door = httpDoor(readBaseUrl(plain.replace('http:', 'https:')))
  await expect(exchange(door, asked)).rejects.toMatchObject({
    code: 'NODE_UNREACHABLE',
    message: `${plain.replace('http:', 'https:')} does not answer: what is there speaks no TLS; try ${plain}`,
  })
})
