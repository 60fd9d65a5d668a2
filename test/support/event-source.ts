import { onTestFinished } from 'vitest'
import { answerOf } from '../../src/client/answers.ts'
import { EventBody } from '../../src/contract/event.ts'

/** Throws at what the API does not describe. */
const described = answerOf(EventBody)

export interface ReceivedEvent {
  readonly kind: string
  readonly id: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

export interface EventSource {
  readonly status: number
  readonly headers: Headers
  /** Everything up to the first event that fits; it comes last. */
  readonly until: (fits: (event: ReceivedEvent) => boolean) => Promise<readonly ReceivedEvent[]>
  /** Everything until the stream ends, however it does. */
  readonly rest: () => Promise<readonly ReceivedEvent[]>
  /** Resolves when the other side has ended the stream. */
  readonly ended: () => Promise<void>
  readonly close: () => void
}

/** Listens to a node as a script does, over a real connection. */
export async function listenTo(
  base: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSource> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(`${base}/events${query}`, { headers, signal: stop.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<ReceivedEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end !== -1) {
        const event = read(text.slice(0, end))
        text = text.slice(end + 2)
        if (event === undefined) continue
        described({ ...event.data, kind: event.kind }, 'event')
        return event
      }
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) return undefined
      text += chunk.value
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    until: async (fits) => {
      const events: ReceivedEvent[] = []
      for (;;) {
        const event = await next()
        if (event === undefined) throw new Error(`it ended behind ${JSON.stringify(events)}`)
        events.push(event)
        if (fits(event)) return events
      }
    },
    rest: async () => {
      const events: ReceivedEvent[] = []
      try {
        for (let event = await next(); event !== undefined; event = await next()) events.push(event)
      } catch {
        // the process at the other end was killed
      }
      return events
    },
    ended: async () => {
      while ((await next()) !== undefined);
    },
    close: () => stop.abort(),
  }
}

/** `undefined` for a comment. */
function read(block: string): ReceivedEvent | undefined {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const kind = field('event')
  if (kind === undefined) return undefined
  const data: unknown = JSON.parse(field('data') ?? '{}')
  return { kind, id: field('id'), data: { ...(typeof data === 'object' && data) } }
}
