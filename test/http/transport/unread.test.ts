import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { limitUnread } from '../../../src/http/transport/unread-answers.ts'

const MEBIBYTE = 1024 * 1024

/** One end of a connection whose other end reads nothing. */
async function unread(mebibytes: number): Promise<Socket> {
  const served: Socket[] = []
  const server = createServer((socket) => served.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const other = connect(port, '127.0.0.1').pause()
  await expect.poll(() => served.length).toBe(1)
  const [socket] = served
  if (socket === undefined) throw new Error('nobody came')
  onTestFinished(() => {
    other.destroy()
    socket.destroy()
    server.close()
  })
  socket.write(Buffer.alloc(mebibytes * MEBIBYTE))
  return socket
}

it('who reads nothing loses the largest of his answers, and a proxy and others lose none', async () => {
  const [large, small] = [await unread(30), await unread(12)]
  const [ofProxy, ofAnother] = [await unread(40), await unread(20)]
  const look = limitUnread(() => [
    { isTrusted: false, all: new Set([large, small]) },
    { isTrusted: true, all: new Set([ofProxy]) },
    { isTrusted: false, all: new Set([ofAnother]) },
  ])
  look()
  const ended = [large, small, ofProxy, ofAnother].map(({ destroyed }) => destroyed)
  expect(ended).toEqual([true, false, false, false])
})

it('of all together the largest go when that is too much', async () => {
  const sockets = await Promise.all([unread(60), unread(50), unread(30)])
  limitUnread(() => sockets.map((one) => ({ isTrusted: true, all: new Set([one]) })))()
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, false, false])
})
