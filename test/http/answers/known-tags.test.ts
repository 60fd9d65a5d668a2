import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { isKnown } from '../../../src/http/answers/entity-tag.ts'

async function knows(etag: string, header: string | undefined): Promise<boolean> {
  const app = fastify()
  onTestFinished(() => app.close())
  app.get('/', (request, reply) => reply.send({ known: isKnown(etag, request) }))
  const headers = header === undefined ? {} : { 'if-none-match': header }
  return (await app.inject({ url: '/', headers })).json<{ known: boolean }>().known
}

test.each([
  ['"a"', '"a"'],
  ['"a"', 'W/"a"'],
  ['W/"a"', '"a"'],
  ['W/"a"', 'W/"b", W/"a"'],
  ['"a"', '"b","a" , "c"'],
  ['"a"', '*'],
])('who has %s knows it by If-None-Match: %s', async (etag, header) => {
  expect(await knows(etag, header)).toBe(true)
})

test.each([
  ['"a"', undefined],
  ['"a"', '"ab"'],
  ['"a"', 'a'],
  ['"a"', '"A"'],
  ['"a"', ''],
])('who has %s does not know it by If-None-Match: %s', async (etag, header) => {
  expect(await knows(etag, header)).toBe(false)
})
