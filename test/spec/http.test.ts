import { describe, expect, test } from 'vitest'
import { STATUS } from '../../src/http/answers/responses.ts'
import { data, openDoor } from '../http/door.ts'
import vectors from './vectors/http.json' with { type: 'json' }

interface Step {
  readonly what: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The body: a file below test/data, a text, or so many octets. */
  readonly file?: string
  readonly text?: string
  readonly size?: number
  readonly status: number
  /** Of the problem. */
  readonly code?: string
  /** Headers: the beginning of each, or a pattern that begins with `^`. */
  readonly has?: Readonly<Record<string, string>>
  readonly lacks?: readonly string[]
  /** What the JSON holds at least. */
  readonly body?: object
}

function payloadOf({ file, text, size }: Step): Buffer | undefined {
  if (file !== undefined) return data(file)
  if (size !== undefined) return Buffer.alloc(size, 0x20)
  return text === undefined ? undefined : Buffer.from(text)
}

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, '\\$&')

const isMethod = (text: string): text is 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' =>
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].includes(text)

describe('the HTTP API answers as the vectors say to', () => {
  test.each(vectors.scenarios)('$what', async ({ steps, submissionsPerMinute }) => {
    const { app } = await openDoor({ submissionsPerMinute })
    for (const step of steps as readonly Step[]) {
      const { what, method, url, headers, status, code, has = {}, lacks = [], body } = step
      if (!isMethod(method)) throw new Error(`no verb: ${method}`)
      const payload = payloadOf(step)
      const answer = await app.inject({
        method,
        url,
        ...(headers && { headers }),
        ...(payload && { payload }),
      })
      expect(answer.statusCode, `${what}: ${answer.body.slice(0, 300)}`).toBe(status)
      if (code !== undefined) {
        expect(answer.json(), what).toMatchObject({ code, status, type: `urn:countersign:${code}` })
        expect(answer.headers['cache-control'], what).toBe('no-store')
      }
      for (const [name, value] of Object.entries(has)) {
        const pattern = value.startsWith('^') ? value : `^${escaped(value)}`
        expect(String(answer.headers[name]), `${what}: ${name}`).toMatch(new RegExp(pattern))
      }
      for (const name of lacks) expect(answer.headers, what).not.toHaveProperty(name)
      if (body !== undefined) expect(answer.json(), what).toMatchObject(body)
    }
  })
})

test('every code of a problem has the status that the vectors say', () => {
  expect(STATUS).toEqual(vectors.codes)
})
