import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { addKey, get, helloOf, openDoor, post } from './door.ts'
import { exchange, listen } from './socket.ts'

const MEBIBYTE = 1024 * 1024
const head = (length: number) =>
  `POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`

async function unfinished(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`${head(MEBIBYTE)}-----BEGIN PGP SIGNED MESSAGE-----`)
  return socket
}

it('bodies that one address never ends are refused beyond 16 MiB, and given up with their connection', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const statusOfOneMore = async () => {
    const answer = await exchange(port, `${head(5)}hello`)
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
  }
  expect(await statusOfOneMore()).toBe(400)
  const sockets: Socket[] = []
  for (let at = 0; at < 16; at++) sockets.push(await unfinished(port))
  await expect.poll(statusOfOneMore).toBe(429)
  expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(200)
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
