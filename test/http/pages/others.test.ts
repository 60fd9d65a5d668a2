import { describe, expect, it, onTestFinished } from 'vitest'
import { buildServer } from '../../../src/http/server.ts'
import { BROWSER, get, openDoor, SETTINGS, submitHello } from '../door.ts'

const DEB = 'hello_2.10-3_amd64.deb'
const MALLORYS = '2cd588ce'
const HONEST = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'

const noTime = async (): Promise<undefined> => undefined

const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<main>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

async function helloDoor() {
  const { app, repository } = await openDoor()
  const ids = await submitHello(app)
  const page = async (url: string): Promise<string> => (await get(app, url, BROWSER)).body
  return { app, repository, ids, page }
}

describe('what others say', () => {
  it('stands on the page of an artifact, by its checksum and by its name', async () => {
    const { page } = await helloDoor()
    for (const url of [
      `/artifacts/sha256/${HONEST}`,
      `/artifacts/sha256/${HONEST.toUpperCase()}`,
      `/artifacts?name=${DEB}`,
      '/artifacts?name=hello_2.10-3_amd64',
    ]) {
      const body = await page(url)
      expect([url, textOf(body)]).toEqual([
        url,
        expect.stringContaining('1 artifact: 1 said in several ways'),
      ])
      expect(body).toContain('/agreement/debian/hello/2.10-3')
      // the other checksum is there too
      expect(body).toContain(MALLORYS)
      expect(body).not.toContain('hello-dbgsym')
    }
  })

  it('stands on the page of a certification', async () => {
    const { page, ids } = await helloDoor()
    for (const [who, said] of [
      ['alice', '1 other says the same, 1 says otherwise'],
      ['bob', '1 other says the same, 1 says otherwise'],
      ['mallory', '0 others say the same, 2 say otherwise'],
    ] as const)
      expect(textOf(await page(`/certifications/${ids[who]}.html`))).toContain(said)
  })

  it('stands on the page of a version, and of one architecture of it', async () => {
    const { page } = await helloDoor()
    for (const url of ['/debian/hello/2.10-3/', '/debian/hello/2.10-3/amd64/']) {
      const body = await page(url)
      expect(textOf(body)).toContain('2 artifacts: 2 said in several ways')
      expect(body).toContain('class="matrix"')
    }
    expect(await page('/debian/hello/')).not.toContain('class="matrix"')
  })

  it('is one step away where the node has no time to compare it for a page', async () => {
    const { repository } = await helloDoor()
    const app = buildServer({ ...repository, agreementIfIdle: noTime }, SETTINGS)
    onTestFinished(() => app.close())
    for (const url of ['/debian/hello/2.10-3/', '/debian/hello/2.10-3/amd64/'])
      expect((await get(app, url, BROWSER)).body).toContain('/agreement/debian/hello/2.10-3"')
  })

  it('stands beside the newest certifications on the first page', async () => {
    const { page } = await helloDoor()
    expect(textOf(await page('/')).match(/2 say A, 1 says B/g)).toHaveLength(3)
  })

  it('is one step from the comparison of two builds', async () => {
    const { page, ids } = await helloDoor()
    const body = await page(`/compare?a=${ids['alice'] ?? ''}&b=${ids['mallory'] ?? ''}`)
    expect(body).toContain('href="/agreement/debian/hello/2.10-3"')
  })
})

it('a read-only node invites nobody to send it something', async () => {
  const { repository } = await helloDoor()
  const status = async () => ({ ...(await repository.status()), readOnly: true })
  const app = buildServer({ ...repository, status }, SETTINGS)
  onTestFinished(() => app.close())
  const { body } = await get(app, '/', BROWSER)
  expect(body).not.toContain('Add a certification')
  expect(textOf(body)).toContain('It is read-only: another node takes new ones')
})
