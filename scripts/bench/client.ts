/*
 * A load generator that costs little: requests are made beforehand, one socket is one client, and of an answer no more is
 * read than its status, its length and its body.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: Buffer
  readonly milliseconds: number
}

export interface Client {
  exchange(request: Uint8Array): Promise<Answer>
  close(): void
}

const END_OF_HEAD = '\r\n\r\n'

export async function openClient(url: string): Promise<Client> {
  const { hostname, port } = new URL(url)
  const socket = await connected(hostname, Number(port))
  let received = Buffer.alloc(0)
  let waiting:
    { from: number; resolve: (answer: Answer) => void; reject: (e: Error) => void } | undefined

  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    let answer: ReturnType<typeof readAnswer>
    try {
      answer = readAnswer(received)
    } catch (error) {
      waiting?.reject(error instanceof Error ? error : new Error(String(error)))
    }
    if (answer === undefined || waiting === undefined) return
    received = Buffer.alloc(0)
    const { from, resolve } = waiting
    waiting = undefined
    resolve({ ...answer, milliseconds: performance.now() - from })
  })
  const fail = (error?: Error): void => waiting?.reject(error ?? new Error('the node hung up'))
  socket.on('error', fail)
  socket.on('close', () => fail())

  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { from: performance.now(), resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

function readAnswer(bytes: Buffer): Pick<Answer, 'status' | 'body'> | undefined {
  const end = bytes.indexOf(END_OF_HEAD)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  const from = end + END_OF_HEAD.length
  if (bytes.length < from + Number(length)) return undefined
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(from) }
}

export const getRequest = (path: string): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`)

export function postRequest(path: string, body: Uint8Array, type: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

/**
 * Sends every request once, `clients` at a time; answers in the order of the requests.
 * @throws Error with the answer if one has another status than those expected
 */
export async function sendAll(
  url: string,
  requests: readonly Uint8Array[],
  { clients, expect }: { readonly clients: number; readonly expect: readonly number[] },
): Promise<{ readonly answers: readonly Answer[]; readonly seconds: number }> {
  const open = await Promise.all(Array.from({ length: clients }, () => openClient(url)))
  const answers: Answer[] = []
  let next = 0
  const from = performance.now()
  await Promise.all(
    open.map(async (client) => {
      for (let at = next++; at < requests.length; at = next++) {
        const answer = await client.exchange(requests[at] ?? new Uint8Array())
        if (!expect.includes(answer.status))
          throw new Error(`${answer.status} ${answer.body.toString('utf8').slice(0, 400)}`)
        answers[at] = answer
      }
    }),
  )
  const seconds = (performance.now() - from) / 1000
  for (const client of open) client.close()
  return { answers, seconds }
}
