import { createServer, request } from 'node:http'
import { onTestFinished } from 'vitest'

export interface FlakyProxy {
  readonly url: string
  /** What it answers instead of asking the node; `undefined`: it asks. */
  answer: (url: string) => number | undefined
  /** Requests that came. */
  readonly seen: readonly string[]
}

/** What stands in front of a node, and says so itself when that is away: as nginx does with 502. */
export async function flakyProxy(node: string): Promise<FlakyProxy> {
  const seen: string[] = []
  const { port: to } = new URL(node)
  const server = createServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming
    seen.push(url)
    const status = proxy.answer(url)
    if (status !== undefined) {
      outgoing.writeHead(status, { 'content-type': 'text/html' })
      outgoing.end(`<!doctype html><title>proxy</title><h1>${status} from the proxy</h1>`)
      return
    }
    const asked = request({ host: '127.0.0.1', port: to, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    asked.on('error', () => outgoing.destroy())
    outgoing.on('close', () => asked.destroy())
    incoming.pipe(asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const proxy: FlakyProxy = { url: `http://127.0.0.1:${port}`, answer: () => undefined, seen }
  return proxy
}
