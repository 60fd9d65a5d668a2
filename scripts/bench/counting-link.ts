import { connect, createServer, type Socket } from 'node:net'

/** A TCP way to a node that counts what passes, both ways together. */
export interface CountingLink {
  readonly address: string
  bytes(): number
  close(): void
}

/** @param address multiaddr of a node, with its peer id */
export async function countingLink(address: string): Promise<CountingLink> {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const sockets = new Set<Socket>()
  let bytes = 0
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
      socket.on('error', () => undefined)
      socket.once('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = server.address()
  if (typeof own !== 'object' || own === null) throw new Error('no port')
  return {
    address: address.replace(/\/tcp\/\d+/, `/tcp/${own.port}`),
    bytes: () => bytes,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
