import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { listen as listenAt } from '../../../src/http/transport/listen.ts'
import { buildServer } from '../../../src/http/server.ts'
import { yieldMainThread } from '../../../src/base/main-thread.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { openDoor, SETTINGS } from '../door.ts'
import { exchange, listen } from '../socket.ts'

/** Asks and resets its connections, all while this thread does not look. */
const HANGING_UP = `
const { connect } = require('node:net')
const { workerData: { port, signal } } = require('node:worker_threads')
let left = 20
for (let at = 0; at < 20; at++) {
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('GET /rebuilders?after=' + at + ' HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n', () => {
      socket.resetAndDestroy()
      left -= 1
      if (left === 0) Atomics.notify(signal, 0, Atomics.store(signal, 0, 1))
    })
  })
}`

it('who hangs up before he is let in causes no error', async () => {
  const app = buildServer(await openTestRepository(), SETTINGS)
  onTestFinished(() => app.close())
  const failed: unknown[] = []
  app.addHook('onError', async (_request, _reply, error) => void failed.push(error))
  const port = await listen(app)
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(HANGING_UP, { eval: true, workerData: { port, signal } })
  Atomics.wait(signal, 0, 0)
  await once(worker, 'exit')
  expect(
    await exchange(port, 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1.1 200/)
  expect(failed).toEqual([])
})

it('newcomers are let in though others have work for every turn', async () => {
  const { app } = await openDoor()
  const port = await listen(app)
  const newcomers = 200
  let answered = 0
  for (let at = 0; at < newcomers; at++) {
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    socket.once('close', () => (answered += 1)).resume()
  }
  const areAnswered = (): boolean => answered === newcomers
  let stretches = 0
  const work = async (): Promise<void> => {
    while (!areAnswered()) {
      const since = performance.now()
      while (performance.now() - since < 5) continue
      stretches += 1
      await yieldMainThread()
    }
  }
  await Promise.all([work(), work(), work()])
  // else each would take one
  expect(stretches).toBeLessThan(newcomers / 2)
})

/** Knocks many times while this thread does not look. */
const KNOCKING = `
const { connect } = require('node:net')
const { workerData: { port, signal, many } } = require('node:worker_threads')
let left = many
const sockets = Array.from({ length: many }, () =>
  connect(port, '127.0.0.1', () => {
    left -= 1
    if (left > 0) return
    Atomics.notify(signal, 0, Atomics.store(signal, 0, 1))
    for (const socket of sockets) socket.destroy()
  }),
)`

it('a burst of newcomers finds room before the door', async () => {
  const app = buildServer(await openTestRepository(), SETTINGS)
  onTestFinished(() => app.close())
  const { url } = await listenAt(app, { host: '127.0.0.1', port: 0 })
  const { port } = new URL(url)
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(KNOCKING, { eval: true, workerData: { port, signal, many: 1500 } })
  // who is turned away comes again after a second, and finds nobody who lets him in
  expect(Atomics.wait(signal, 0, 0, 10_000)).not.toBe('timed-out')
  await once(worker, 'exit')
})
