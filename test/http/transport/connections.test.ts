import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { HttpSettings } from '../../../src/http/server.ts'
import { listenAt } from '../../../src/http/transport/listen.ts'
import { openDoor } from '../door.ts'
import { exchange, listen } from '../socket.ts'

const MOST = 64

const isAnswered = async (socket: Socket): Promise<boolean> => {
  socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
  const answer: readonly unknown[] = await Promise.race([
    once(socket, 'data'),
    once(socket, 'close'),
  ])
  return String(answer[0]).startsWith('HTTP/1.1 200')
}

async function opened(settings: Partial<HttpSettings> = {}) {
  const { app } = await openDoor({ connections: MOST, ...settings })
  const port = await listen(app)
  const idle = async (from: string): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  return idle
}

it('a new connection is served though three addresses hold all of them and do nothing', async () => {
  const idle = await opened()
  const flood: Socket[] = []
  for (let at = 0; at < MOST + 10; at++) flood.push(await idle(`127.0.0.${2 + (at % 3)}`))
  for (let at = 0; at < 4; at++) expect(await isAnswered(await idle('127.0.0.9'))).toBe(true)
  const [first] = flood
  await expect.poll(() => first?.destroyed).toBe(true)
  expect(flood.at(-1)?.destroyed).toBe(false)
})

it('many addresses of one network leave half of them to others', async () => {
  const idle = await opened()
  const mine = await Promise.all(Array.from({ length: 10 }, () => idle('127.9.0.1')))
  for (let at = 0; at < 2 * MOST; at++) await idle(`127.0.${at}.1`)
  for (const socket of mine) expect(await isAnswered(socket)).toBe(true)
  expect(await isAnswered(await idle('127.9.0.2'))).toBe(true)
})

it('what is being answered is not closed, and what waits for its next request goes by age', async () => {
  const idle = await opened()
  const listening = await idle('127.0.0.2')
  listening.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(listening, 'data')
  const kept = await idle('127.0.0.2')
  const early = await idle('127.0.0.2')
  expect(await isAnswered(kept)).toBe(true)
  // the quarter of one address
  for (let at = 0; at < MOST / 4 - 2; at++) await idle('127.0.0.2')
  await once(early, 'close')
  expect([listening.destroyed, kept.destroyed]).toEqual([false, false])
  expect(await isAnswered(kept)).toBe(true)
})

it('a connection that has asked twice at once is not idle behind the first answer', async () => {
  const idle = await opened()
  const listening = await idle('127.0.0.2')
  let said = ''
  listening.on('data', (text) => (said += String(text)))
  const asked = ['/health', '/events'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  listening.write(asked.join(''))
  await expect.poll(() => said).toContain('text/event-stream')
  const early = await idle('127.0.0.2')
  // the quarter of one address
  for (let at = 0; at < MOST / 4 - 1; at++) await idle('127.0.0.2')
  await once(early, 'close')
  expect(listening.destroyed).toBe(false)
})

it('a second address has no more room than the first has left, and takes one request at a time', async () => {
  const { app } = await openDoor({ connections: MOST })
  const { port, close } = await listenAt(app, ['127.0.0.1', '127.0.0.2'], 0)
  onTestFinished(close)
  const flood: Socket[] = []
  for (let at = 0; at <= MOST / 4; at++) {
    const socket = connect({ port, host: `127.0.0.${1 + (at % 2)}`, localAddress: '127.0.0.9' })
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    flood.push(socket)
  }
  await expect.poll(() => flood[0]?.destroyed).toBe(true)
  const ahead = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000)
  const answers = await exchange(port, ahead, '127.0.0.2')
  expect(answers.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(20)
})

it('a proxy that is trusted stands for many', async () => {
  const idle = await opened({ trustProxy: ['127.0.0.0/24'] })
  const all = []
  for (let at = 0; at < MOST; at++) all.push(await idle('127.0.0.2'))
  for (const socket of all) expect(await isAnswered(socket)).toBe(true)
})

it('who opens connections by the hundred does not keep a neighbour out', async () => {
  const idle = await opened({ connections: 16_384 })
  const flood = await Promise.all(Array.from({ length: 1500 }, () => idle('127.0.1.1')))
  for (let at = 0; at < 10; at++) expect(await isAnswered(await idle('127.0.1.2'))).toBe(true)
  await expect.poll(() => flood.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(100)
})
