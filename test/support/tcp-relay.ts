import { createServer, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TcpRelay {
  readonly port: number
  /** From now on nothing passes, and nothing is closed: as if the machine behind it had lost its power. */
  readonly fallSilent: () => void
}

/** Passes on bytes between whoever connects and a port of this machine. Closed when the test ends. */
export async function tcpRelay(to: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('data', (bytes) => {
        if (!isSilent) other.write(bytes)
      })
      one.on('close', () => {
        if (!isSilent) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, fallSilent: () => (isSilent = true) }
}
