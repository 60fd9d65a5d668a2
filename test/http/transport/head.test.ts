import { describe, expect, it } from 'vitest'
import { ALICE, get, openDoor, submitHello } from '../door.ts'

describe('HEAD', () => {
  it('says of everything what GET says, without the body', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const { path } = (await get(app, `/certifications/${alice}.json`)).json<{ path: string }>()
    const urls = [
      '/',
      '/debian/',
      '/debian/hello/2.10-3/amd64%20source',
      path,
      `/certifications/${alice}`,
      `/certifications/${alice}.json`,
      '/certifications',
      '/artifacts?name=hello_2.10-3_amd64.deb',
      '/agreement/debian/hello/2.10-3',
      `/keys/${ALICE}`,
      '/rebuilders',
      `/rebuilders/${ALICE}`,
      '/health',
      '/ready',
      '/status',
      '/openapi.json',
      '/robots.txt',
      '/style.css',
      `/pks/lookup?op=get&search=0x${ALICE}`,
      '/debian/nothing',
    ]
    for (const url of urls) {
      const reading = await get(app, url)
      const head = await app.inject({ method: 'HEAD', url })
      expect([url, head.statusCode, head.body]).toEqual([url, reading.statusCode, ''])
      expect(head.headers['content-type']).toBe(reading.headers['content-type'])
      expect(head.headers['content-length']).toBe(reading.headers['content-length'])
    }
  })
})
