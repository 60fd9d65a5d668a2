/* Who uses a node while somebody attacks it: reads, submissions, newcomers among its peers, and one that copies it. */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import type { Corpus, Made } from '../bench/corpus.ts'
import type { NodeProcess } from '../bench/node-process.ts'
import { submission } from '../bench/submission.ts'
import { openStranger } from '../mesh/stranger.ts'

/** Another address than the attacker's, in the same network. */
const FROM = '127.0.0.3'
/** No answer by then is none, in milliseconds. */
const PATIENCE = 20_000
const JSON_ONLY = { accept: 'application/json' }

/** What one client found while it was watched. */
export interface Found {
  readonly milliseconds: readonly number[]
  readonly errors: readonly string[]
}

export interface Honest {
  /** Begins to count anew. */
  readonly reset: () => void
  readonly found: () => Readonly<Record<string, Found>>
  readonly stop: () => Promise<void>
}

interface Parts {
  readonly node: NodeProcess
  /** Copies it. */
  readonly copy: NodeProcess
  readonly corpus: Corpus
  readonly known: readonly { readonly id: string; readonly made: Made }[]
}

export const READS = ['health', 'by id', 'agreement', 'artifacts'] as const

export function openHonest({ node, copy, corpus, known }: Parts): Honest {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  let milliseconds: Record<string, number[]> = {}
  let errors: Record<string, string[]> = {}
  const stop = new AbortController()
  let made = 500_000
  const some = (at: number) => {
    const one = known[(at * 7919) % known.length]
    if (one === undefined) throw new Error('the node has nothing')
    return one
  }
  /** A document and its signature, as build tools put them. */
  const pairs = async (): Promise<Made> => {
    for (;;) {
      const [one] = await corpus.make(made++, 1)
      if (one?.signature !== undefined) return one
    }
  }

  const clients: Readonly<Record<string, readonly [pause: number, (at: number) => Promise<void>]>> =
    {
      // a connection of its own each time
      health: [100, () => ask(node.url, { path: '/health' })],
      'by id': [100, (at) => ask(node.url, { path: `/certifications/${some(at).id}.json`, agent })],
      agreement: [
        200,
        (at) => {
          const { collection, source } = some(at).made
          return ask(node.url, { path: `/agreement/${collection}/${source}`, agent })
        },
      ],
      artifacts: [
        100,
        (at) => {
          const { algorithm, hex } = some(at).made.artifact
          return ask(node.url, { path: `/artifacts/${algorithm}/${hex}`, agent })
        },
      ],
      submission: [
        700,
        async () => {
          const [one] = await corpus.make(made++, 1)
          if (one !== undefined) await ask(node.url, raw(submission(one)))
        },
      ],
      'PUT of a pair': [
        1_000,
        async () => {
          const { source, bytes, signature } = await pairs()
          const [artifact = '', version = ''] = source.split('/').slice(-2)
          const path = `/maven/${source}/${artifact}-${version}-host-${made}.buildinfo`
          await ask(node.url, { method: 'PUT', path, body: bytes })
          await ask(node.url, { method: 'PUT', path: `${path}.asc`, body: signature })
        },
      ],
      'new peer': [2_000, () => dial(node.address)],
    }

  async function replicate(): Promise<number> {
    const [one] = await corpus.make(made++, 1)
    if (one === undefined) return 0
    const id = /"id":"([\da-f]{64})"/.exec(await answerOf(node.url, raw(submission(one))))?.[1]
    const from = performance.now()
    while (performance.now() - from < PATIENCE) {
      const there = await fetch(`${copy.url}/certifications/${id}.json`)
      await there.arrayBuffer()
      if (there.ok) return performance.now() - from
      await sleep(10)
    }
    throw new Error('what was submitted did not reach the node that copies it')
  }

  async function run(name: string, pause: number, once: (at: number) => Promise<number | void>) {
    for (let at = 0; !stop.signal.aborted; at += 1) {
      const from = performance.now()
      try {
        const own = await once(at)
        ;(milliseconds[name] ??= []).push(own ?? performance.now() - from)
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error)
        if (!stop.signal.aborted) (errors[name] ??= []).push(what)
      }
      const rest = Math.max(5, pause - (performance.now() - from))
      await sleep(rest, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }

  const running = Object.entries(clients).map(([name, [pause, once]]) => run(name, pause, once))
  running.push(run('replication', 1_000, replicate))
  return {
    reset() {
      milliseconds = {}
      errors = {}
    },
    found: () =>
      Object.fromEntries(
        [...Object.keys(clients), 'replication'].map((name) => [
          name,
          { milliseconds: milliseconds[name] ?? [], errors: errors[name] ?? [] },
        ]),
      ),
    async stop() {
      stop.abort()
      await Promise.all(running)
      agent.destroy()
    },
  }
}

interface Question {
  readonly method?: string
  readonly path: string
  readonly body?: Uint8Array | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly agent?: Agent
}

/** A request that is written already, as options. */
function raw(bytes: Buffer): Question {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const [method = 'GET', path = '/'] = first.split(' ')
  const type = lines.find((line) => line.startsWith('Content-Type: '))?.slice(14) ?? ''
  return { method, path, body: bytes.subarray(end + 4), headers: { 'content-type': type } }
}

async function ask(url: string, question: Question): Promise<void> {
  await answerOf(url, question)
}

function answerOf(
  url: string,
  { method = 'GET', path, body, headers, agent }: Question,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/octet-stream' }
    const length = body === undefined ? {} : { 'content-length': body.length }
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent: agent ?? false,
        localAddress: FROM,
        signal: AbortSignal.timeout(PATIENCE),
        headers: { ...JSON_ONLY, ...type, ...headers, ...length },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.once('end', () => {
          const { statusCode = 0 } = answer
          if (statusCode < 300) resolve(text)
          else reject(new Error(`${statusCode} ${method} ${path}: ${text.slice(0, 200)}`))
        })
        answer.once('error', reject)
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Somebody new finds a seat, and is answered. */
async function dial(address: string): Promise<void> {
  const host = await openStranger(FROM)
  try {
    const signal = AbortSignal.timeout(PATIENCE)
    const stream = await host.dialProtocol(multiaddr(address), '/ipfs/ping/1.0.0', { signal })
    await new Promise<void>((resolve, reject) => {
      stream.addEventListener('message', () => resolve(), { once: true })
      stream.addEventListener('close', () => reject(new Error('it hung up')), { once: true })
      stream.send(new Uint8Array(32))
    })
  } finally {
    await host.stop()
  }
}
