import { once } from 'node:events'
import { createServer, request } from 'node:http'

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
}

/** Stands before a node and says what went through. */
export interface Recorder {
  readonly url: string
  /** What came since the last time. */
  take(): readonly Exchange[]
  close(): void
}

export async function record(node: string): Promise<Recorder> {
  let exchanges: Exchange[] = []
  const server = createServer((asked, reply) => {
    const { method = '', url: path = '', headers } = asked
    const passed = request(new URL(path, node), { method, headers }, (answer) => {
      const status = answer.statusCode ?? 0
      exchanges.push({ method, path, status })
      reply.writeHead(status, answer.headers)
      answer.pipe(reply)
    })
    passed.on('error', () => reply.destroy())
    asked.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = exchanges
      exchanges = []
      return taken
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
