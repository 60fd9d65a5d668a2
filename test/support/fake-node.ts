import { createServer, type RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { listening } from './listening.ts'

/** What answers there is whatever a test wants. */
export async function fakeNode(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  onTestFinished(() => server.closeAllConnections())
  return listening(server)
}
