import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { addKey, get, helloOf, openDoor, post } from '../door.ts'
import { costOf } from '../../support/cost-of.ts'
import { exchange, listen } from '../socket.ts'

const MEBIBYTE = 1024 * 1024
const head = (length: number) =>
  `POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`

async function unfinished(
  port: number,
  body: string | Buffer,
  from = '127.0.0.1',
): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(head(MEBIBYTE))
  socket.write(body)
  return socket
}

const statusOf = (answer: unknown) => Number(/^HTTP\/1\.1 (\d{3})/.exec(String(answer))?.[1])

it('bodies that stall keep nobody out, and are ended', async () => {
  const { app } = await openDoor({ bodyPatience: 200 })
  const port = await listen(app)
  const statusOfOneMore = async () => statusOf(await exchange(port, `${head(5)}hello`))
  const stalled: Promise<unknown[]>[] = []
  for (let from = 2; from < 10; from++)
    for (let at = 0; at < 16; at++) {
      const socket = await unfinished(port, '-----BEGIN PGP', `127.0.0.${from}`)
      stalled.push(once(socket, 'data'))
    }
  for (let at = 0; at < 64; at++) stalled.push(once(await unfinished(port, '-'), 'data'))
  expect(await statusOfOneMore()).toBe(400)
  for (const [answer] of await Promise.all(stalled)) {
    expect(statusOf(answer)).toBe(408)
    expect(String(answer)).toContain('TIMED_OUT')
  }
  expect(await statusOfOneMore()).toBe(400)
})

it('bodies that one address does not end are refused beyond 16 MiB that came, and given up with their connection', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const statusOfOneMore = async () => statusOf(await exchange(port, `${head(5)}hello`))
  const sockets: Socket[] = []
  for (let at = 0; at < 18; at++)
    sockets.push(await unfinished(port, Buffer.alloc(MEBIBYTE - 1, 'a')))
  await expect.poll(statusOfOneMore).toBe(429)
  expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(200)
  const other = await unfinished(port, Buffer.alloc(MEBIBYTE, 'a'), '127.0.0.2')
  expect(statusOf((await once(other, 'data'))[0])).toBe(400)
  for (const socket of sockets) socket.destroy()
  await expect.poll(statusOfOneMore).toBe(400)
})

it('bodies that came whole do not add up', async () => {
  const { app } = await openDoor()
  await addKey(app, 'hello/alice.asc')
  for (let at = 0; at < 20; at++)
    expect((await post(app, '/debian', Buffer.alloc(MEBIBYTE, 'a'))).statusCode).toBe(400)
  expect((await post(app, '/debian', helloOf('alice'))).statusCode).toBe(201)
})

it('a form with a key is not larger than any other body', async () => {
  const { app } = await openDoor()
  const form = Buffer.alloc(MEBIBYTE + 1, 'keytext=')
  expect((await post(app, '/pks/add', form)).json()).toMatchObject({ code: 'TOO_LARGE' })
  expect((await get(app, '/pks/lookup?op=index&search=nobody')).statusCode).toBe(404)
})

it('a form of a hundred thousand parts is read no further than to the first that is too many', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const parts = '--b\r\n\r\n\r\n'.repeat(110_000)
  const start =
    'POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\n' +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${parts.length}\r\n\r\n`
  const cost = await costOf(async () => {
    expect(await exchange(port, start + parts)).toContain('TOO_LARGE')
  })
  expect(cost).toBeLessThan(40)
})
