import { expect, it } from 'vitest'
import { openDoor } from '../door.ts'
import { exchange, listen } from '../socket.ts'

const ASK = (path: string, last = false): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${last ? 'Connection: close\r\n' : ''}\r\n`

it('a few requests that are sent at once on one connection are answered in their order', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const sent = `${ASK('/health').repeat(10)}${ASK('/nothing')}${ASK('/health', true)}`
  const answers = await exchange(port, sent)
  const codes = [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => code)
  expect(codes).toEqual([...Array.from({ length: 10 }, () => '200'), '404', '200'])
})

it('who sends thousands ahead is cut off, and nothing of them is kept', async () => {
  const { app } = await openDoor()
  let begun = 0
  app.server.on('request', () => (begun += 1))
  const port = await listen(app)
  const answers = await exchange(port, ASK('/openapi.json').repeat(2000))
  expect(answers.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(20)
  expect(begun).toBeGreaterThan(0)
})

it('a body that comes in crumbs is ended, and one in small pieces is read', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const head =
    'POST /debian HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
  const crumbs = await exchange(port, `${head}${'1\r\na\r\n'.repeat(100_000)}0\r\n\r\n`)
  expect(crumbs).toMatch(/^(HTTP\/1\.1 429|$)/)
  const piece = `80\r\n${'a'.repeat(128)}\r\n`
  expect(await exchange(port, `${head}${piece.repeat(3000)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/)
})
