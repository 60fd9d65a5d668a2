import { describe, expect, it } from 'vitest'
import { buildServer } from '../../../src/http/server.ts'
import { BROWSER, get, openDoor, SETTINGS, submitHello } from '../door.ts'

const linksIn = (body: string): readonly string[] =>
  [...body.slice(body.indexOf('<main>')).matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href)

describe('whoever finds nothing with a browser', () => {
  it.each([
    ['/debian/helo/2.10-3/', '/debian/hello/'],
    ['/debian/hello/9.9/', '/debian/hello/'],
    ['/agreement/debian/hello/9.9', '/debian/hello/'],
    ['/agreement/debian/hullo', '/debian/hello/'],
    ['/hello', '/debian/hello/'],
  ])('at %s is led to %s', async (url, near) => {
    const { app } = await openDoor()
    await submitHello(app)
    const answer = await get(app, url, BROWSER)
    expect(answer.statusCode).toBe(404)
    expect(linksIn(answer.body)).toContain(near)
    expect(answer.body).toContain('name="q"')
  })

  it('at a path that is nobody’s gets a search box, and what was asked for is text in it', async () => {
    const { app } = await openDoor()
    const answer = await get(app, '/debian/%22%3E%3Cscript%3E', BROWSER)
    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect((await get(app, '/%ff', BROWSER)).statusCode).toBe(400)
  })

  it('is told that the node is still catching up, as long as it is', async () => {
    const { repository } = await openDoor()
    const behind = {
      ...(await repository.status()),
      ready: false,
      blocks: { known: 40, here: 30, indexed: 12 },
    }
    const app = buildServer({ ...repository, status: async () => behind }, SETTINGS)
    for (const url of ['/debian/helo/', '/', '/debian/', '/search?q=hello']) {
      const answer = await get(app, url, BROWSER)
      expect(answer.body).toMatch(/still catching up[^]*12 of 40 blocks/)
    }
    await app.close()
  })
})
