import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import { buildServer } from '../../src/http/server.ts'
import { makePause } from '../../src/repository/work-budget/work-budget.ts'
import { makeGate } from '../../src/repository/work-budget/gate.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { SETTINGS } from './door.ts'
import { listen } from './socket.ts'

/** Milliseconds; what an honest one asks for takes so long, and what an attacker does never ends. */
const SHORT = 10

async function asking(port: number, from: string, path: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  return socket
}

it.each([
  ['GET', ''],
  [
    'POST',
    '{"artifacts": [{"name": "endless"}], "rebuilders": ["0123456789012345678901234567890123456789"]}',
  ],
])(
  'who hangs up stops the work of his %s, and one address leaves room for others',
  async (method, body) => {
    const repository = await openTestRepository()
    const gate = makeGate({ atOnce: 2, waiting: 64 })
    let [stretches, stopped] = [0, 0]
    const work = (isEndless: boolean) =>
      gate.pass(async () => {
        const rest = makePause()
        const end = performance.now() + (isEndless ? Infinity : SHORT)
        while (performance.now() < end) {
          const since = performance.now()
          while (performance.now() - since < 5);
          stretches += 1
          await rest()
        }
        return undefined
      })
    const counted = <T>(answer: Promise<T>): Promise<T> =>
      answer.catch((error: unknown) => {
        if (codeOf(error) === 'ASKER_GONE') stopped += 1
        throw error
      })
    const lookup = () => counted(work(true).then(() => ({ answers: [], certifications: [] })))
    const agreement = (_: string, source: string) => counted(work(source === 'endless'))
    const app = buildServer({ ...repository, agreement, lookup }, SETTINGS)
    onTestFinished(() => app.close())
    const port = await listen(app)
    const path = method === 'GET' ? '/agreement/debian/endless' : '/artifacts/lookup'
    const askers: Socket[] = []
    for (let at = 0; at < 12; at++) {
      const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      askers.push(socket)
    }
    await expect.poll(() => stretches).toBeGreaterThan(3)
    // though they stay, another address is answered
    const honest = await asking(port, '127.0.0.3', '/agreement/debian/short')
    const answer: readonly unknown[] = await once(honest, 'data')
    expect(String(answer[0])).toMatch(/^HTTP\/1\.1 404/)
    for (const socket of askers) socket.destroy()
    await expect.poll(() => stopped).toBe(12)
    const after = stretches
    await new Promise((resolve) => setImmediate(resolve))
    expect(stretches).toBe(after)
    const own = await asking(port, '127.0.0.2', '/agreement/debian/short')
    expect(String((await once(own, 'data'))[0])).toMatch(/^HTTP\/1\.1 404/)
  },
)
