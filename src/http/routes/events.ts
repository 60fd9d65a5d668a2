import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import * as Type from 'typebox'
import { AdmissionError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { eventStream } from '../transport/event-stream.ts'
import { EventsQuery } from '../../contract/query-schemas.ts'
import { heavierThan, holdingsOf, shareOf } from '../../base/address-share.ts'
import { EventBody } from '../../contract/event.ts'
import { problems } from '../../contract/described.ts'

/**
 * Who listens at once: in all, and from one address; a proxy on this machine stands for many. One too many ends whoever
 * has listened longest of those who are most: an event source comes again, and goes on where it was.
 */
const LISTENERS = 512
const LISTENERS_OF_ONE = 64
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', shareOf('::1')])

const STREAM = {
  description: 'Does not end',
  content: { 'text/event-stream': { schema: Type.String({ contentSchema: EventBody }) } },
}

/** `GET /events?after=`: what this node comes to know, for as long as somebody listens. */
export function addEventsRoute(app: App, repository: NodeRepository): void {
  const listening = new Map<AbortController, string>()
  const sockets = new WeakSet<Socket>()
  app.addHook('preClose', (done) => {
    for (const stop of listening.keys()) stop.abort()
    done()
  })
  app.get<{ Querystring: EventsQuery }>(
    '/events',
    {
      schema: {
        operationId: 'listenToEvents',
        summary: 'What this node comes to know, as it does',
        description:
          'Server-Sent Events: cursor, certification, agreement, rejection, withholding, restoration, evidence, peers. The id of an event is a cursor for after, which a restart does not change; Last-Event-ID says the same. In the order in which this node came to know; of one certification only the last is kept.',
        tags: ['operations'],
        querystring: EventsQuery,
        response: { 200: STREAM, ...problems },
      },
    },
    async (request, reply) => {
      const { 'last-event-id': last } = request.headers
      const after = typeof last === 'string' ? last : request.query.after
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no')
      reply.type('text/event-stream; charset=utf-8')
      if (request.method === 'HEAD') return reply.send('')
      const address = shareOf(request.ip)
      const ofOne = [...listening.values()].filter((one) => one === address)
      const isMany = ofOne.length >= LISTENERS_OF_ONE && !LOOPBACK.has(address)
      // what is sent behind a stream that does not end would wait for ever
      const { socket } = request.raw
      if (isMany || sockets.has(socket) || !makeRoom(listening, address))
        throw new AdmissionError(
          'RATE_EXCEEDED',
          'Too many listen to events already. Close one, or ask again later.',
          { retryAfter: 10 },
        )
      const stop = new AbortController()
      const told = repository.events(after, stop.signal)
      listening.set(stop, address)
      // a node that stops waits for no connection that could be used again
      reply.header('connection', 'close')
      sockets.add(socket)
      const leave = (): void => {
        listening.delete(stop)
        stop.abort()
      }
      reply.raw.once('close', leave)
      socket.once('close', leave)
      return reply.send(Readable.from(eventStream(told), { objectMode: false }))
    },
  )
}

/** @param listening oldest first */
function makeRoom(listening: Map<AbortController, string>, address: string): boolean {
  if (listening.size < LISTENERS) return true
  const giver = heavierThan(address, holdingsOf([address, ...listening.values()]))
  const [stop] = [...listening].find(([, share]) => share === giver) ?? []
  if (stop === undefined) return false
  listening.delete(stop)
  stop.abort()
  return true
}
