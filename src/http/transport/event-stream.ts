/* Server-Sent Events: WHATWG HTML, section 9.2. */
import type { SentEvent } from '../../contract/event.ts'

/** A line that says nothing, so that no proxy takes the connection for idle, in milliseconds. */
const HEARTBEAT = 15_000
/** After how many milliseconds a client that lost the connection comes again. */
const RETRY = 3_000

/** One event, ended by an empty line. JSON has no line ends, and kinds and cursors are ours. */
function eventText({ event, cursor }: SentEvent): string {
  const { kind, ...data } = event
  const id = cursor === undefined ? '' : `id: ${cursor}\n`
  return `event: ${kind}\n${id}data: ${JSON.stringify(data)}\n\n`
}

/** The text of a stream that ends with `told`. */
export async function* eventStream(told: AsyncIterator<SentEvent>): AsyncGenerator<string> {
  yield `retry: ${RETRY}\n`
  let next = told.next()
  try {
    for (;;) {
      const answer = await inTime(next)
      if (answer === undefined) {
        yield ': \n\n'
        continue
      }
      if (answer.done === true) return
      yield eventText(answer.value)
      next = told.next()
    }
  } finally {
    await told.return?.()
  }
}

/** `undefined` if nothing came in time. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, HEARTBEAT, undefined)
  })
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}
