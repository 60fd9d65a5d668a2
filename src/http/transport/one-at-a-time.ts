/* Requests of one connection, one after the other. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that wait on one connection for the answer before them: apt sends ten (apt.conf(5), Pipeline-Depth). */
const WAITING = 16

interface Line {
  isBusy: boolean
  readonly waiting: (readonly [IncomingMessage, ServerResponse])[]
}

/**
 * Node's parser begins every request that stands in one piece of what was read, a thousand in 64 KiB, and keeps all their answers
 * until somebody reads them. So that one connection costs no more than one answer at a time, the next request begins when the
 * system has taken the answer before it; who sends many more ahead is cut off.
 */
export function answerInOrder(server: Server): void {
  const handlers = server.listeners('request')
  server.removeAllListeners('request')
  const lines = new WeakMap<Socket, Line>()

  function begin(line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.isBusy = true
    response.once('close', () => next(line))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listeners of this very event
    for (const handle of handlers as RequestListener[]) handle.call(server, request, response)
  }

  function next(line: Line): void {
    line.isBusy = false
    const [request, response] = line.waiting.shift() ?? []
    if (request === undefined || response === undefined) return
    // a turn of the event loop between two of them
    line.isBusy = true
    setImmediate(() => {
      if (request.socket.destroyed) line.waiting.length = 0
      else begin(line, request, response)
    })
  }

  server.on('request', (request, response) => {
    const { socket } = request
    if (socket.destroyed) return
    const line = lines.get(socket) ?? { isBusy: false, waiting: [] }
    lines.set(socket, line)
    if (!line.isBusy) begin(line, request, response)
    else if (line.waiting.length < WAITING) line.waiting.push([request, response])
    else {
      line.waiting.length = 0
      socket.destroy()
    }
  })
}
