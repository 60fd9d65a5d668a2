import { fastify, LogController } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  AdmissionError,
  MalformedError,
  NotFoundError,
  StorageError,
} from '../../../src/base/errors.ts'
import { answerFailure } from '../../../src/http/answers/failures.ts'
import { BROWSER } from '../door.ts'

const SECRET = 'bytes-of-a-client'

/** A door whose only route fails so, and the lines of its log. */
function failing(error: Error, level = 'info') {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const app = fastify({
    logger: { level, stream },
    logController: new LogController({ disableRequestLogging: true }),
  })
  onTestFinished(() => app.close())
  app.setErrorHandler(answerFailure)
  app.get('/*', () => {
    throw error
  })
  return { lines, get: (headers = {}) => app.inject({ url: `/${SECRET}`, headers }) }
}

describe('what is our own fault', () => {
  test('is answered without a word about it, and its line in the log has no bytes of a client', async () => {
    const { lines, get } = failing(new TypeError(`no ${SECRET}`))
    const answer = await get()
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([500, 'BUG'])
    expect(answer.body).not.toContain(SECRET)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('a request failed')
    expect(lines[0]).toContain('failures.test.ts')
    expect(lines[0]).not.toContain(SECRET)
  })

  test('is told whole to who debugs', async () => {
    const { lines, get } = failing(new TypeError(`no ${SECRET}`), 'debug')
    await get()
    const debug = lines.filter((line) => line.includes('"level":20'))
    expect(debug).toHaveLength(1)
    expect(debug[0]).toContain(SECRET)
  })

  test('and that of a disk says nothing of its folders', async () => {
    const { get } = failing(new StorageError('DISK', '/var/lib/countersign is broken'))
    const answer = await get()
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([500, 'DISK'])
    expect(answer.body).not.toContain('/var/lib')
  })
})

test.each([
  [new MalformedError('QUERY_INVALID', 'A sentence.'), 400, undefined],
  [new NotFoundError('KEY_NOT_FOUND', 'A sentence.'), 404, undefined],
  [new AdmissionError('RATE_EXCEEDED', 'A sentence.', { retryAfter: 7 }), 429, '7'],
  [new AdmissionError('BEHIND', 'A sentence.'), 503, '10'],
])(
  'what a client can mend is answered with its code and sentence, and not logged: %s',
  async (error, status, retry) => {
    const { lines, get } = failing(error)
    const answer = await get()
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, retry])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ code: error.code, detail: 'A sentence.', status })
    expect(lines).toEqual([])
  },
)

test('a browser gets a page, in which what was said is text', async () => {
  const { get } = failing(new MalformedError('QUERY_INVALID', 'No <script>.'))
  const answer = await get(BROWSER)
  expect([answer.statusCode, answer.headers['vary']]).toEqual([400, 'Accept'])
  expect(answer.body).toContain('No &lt;script&gt;.')
})
