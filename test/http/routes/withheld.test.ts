import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { ProblemBody } from '../../../src/contract/problem.ts'
import { WithheldBody } from '../../../src/contract/withheld-answers.ts'
import { openBothDoors } from '../both-doors.ts'
import { ALICE, BROWSER, get, helloOf, post } from '../door.ts'

const REASON = 'Somebody asked for it <b>.'
const PATH = '/debian/hello/2.10-3/amd64%20source'

describe('a withheld certification', () => {
  it('is answered with 410 and why, under each of its addresses', async () => {
    const { app, ids, withhold, opened } = await openBothDoors()
    const { alice = '' } = ids
    const listed = (await get(app, PATH)).json<{ path: string; id: string }[]>()
    const path = listed.find(({ id }) => id === alice)?.path ?? ''
    const done = await withhold({ ids: [alice], reason: REASON, code: 'legal' })
    expect([done.statusCode, done.json()]).toEqual([200, { withheld: [alice] }])
    const feed = opened.ownFeeds().find(({ collection }) => collection === 'debian')?.key
    const urls = ['', '.asc', '.json'].map((end) => `/certifications/${alice}${end}`)
    for (const url of [...urls, `/${encodeURI(path)}`]) {
      const answer = await get(app, url)
      expect([url, answer.statusCode]).toEqual([url, 410])
      expect(answer.headers['content-type']).toBe('application/problem+json')
      const problem: unknown = answer.json()
      expect([...Value.Errors(ProblemBody, problem)]).toEqual([])
      expect(problem).toMatchObject({
        code: 'WITHHELD',
        withholding: { id: alice, reason: REASON, code: 'legal', feed },
      })
    }
    const page = await get(app, `/certifications/${alice}.html`, BROWSER)
    expect(page.statusCode).toBe(410)
    expect(page.body).toContain('Somebody asked for it &lt;b&gt;')
    expect(page.body).toContain(`href="/feeds/${String(feed)}"`)
    const agreement = await get(app, '/agreement/debian/hello/2.10-3', BROWSER)
    expect(agreement.headers['countersign-withheld']).toBe('1')
    expect(agreement.body).toContain('more certification is')
    const told = (await get(app, '/agreement/debian/hello/2.10-3')).json<{ withheld: number }>()
    expect(told.withheld).toBe(1)
  })

  it('is in no listing, and every listing says that one is missing', async () => {
    const { app, ids, withhold } = await openBothDoors()
    const { alice = '' } = ids
    await withhold({ rebuilder: ALICE, reason: REASON, code: 'spam' })
    for (const url of ['/certifications', '/certifications?source=hello/2.10-3']) {
      const answer = await get(app, url)
      expect([url, answer.headers['countersign-withheld']]).toEqual([url, '1'])
      expect(answer.json()).toHaveLength(2)
      expect(answer.body).not.toContain(alice)
      expect((await get(app, url, BROWSER)).body).toMatch(
        /1 more certification is\s+<a href="\/withheld"/,
      )
    }
    for (const url of [PATH, '/debian/hello/2.10-3', '/debian'])
      expect([url, (await get(app, url)).headers['countersign-withheld']]).toEqual([url, '1'])
    expect((await get(app, PATH, BROWSER)).body).toContain('>withheld</a> by this node')
    const bob = await get(app, `/certifications/${ids['bob']}`)
    expect(bob.statusCode).toBe(200)
    expect((await get(app, `/certifications?rebuilder=${ALICE}`)).json()).toEqual([])
  })

  it('is in the public list', async () => {
    const { app, ids, withhold } = await openBothDoors()
    await withhold({ collection: 'debian', source: 'hello', reason: REASON, code: 'error' })
    const first = await get(app, '/withheld?limit=2')
    const next = /<([^>]+)>; rel="next"/.exec(String(first.headers['link']))?.[1] ?? ''
    const items = [
      ...first.json<{ id: string }[]>(),
      ...(await get(app, next)).json<{ id: string }[]>(),
    ]
    expect(items.map(({ id }) => id)).toEqual(Object.values(ids).toSorted())
    expect([...Value.Errors(WithheldBody, items)]).toEqual([])
    expect((await get(app, '/withheld', BROWSER)).body).toContain('Somebody asked for it &lt;b&gt;')
    const listing = await get(app, '/debian/hello')
    expect([listing.statusCode, listing.json()]).toEqual([200, []])
    expect(listing.headers['countersign-withheld']).toBe('3')
    expect((await get(app, '/debian/hello', BROWSER)).body).toContain('Nothing is left here.')
    expect((await get(app, '/withheld?after=x')).statusCode).toBe(400)
  })

  it('is not taken again, until it is restored', async () => {
    const { app, ids, withhold, restore } = await openBothDoors()
    const { alice = '' } = ids
    await withhold({ ids: [alice], reason: REASON, code: 'error' })
    const put = { method: 'PUT', url: '/debian/hello/2.10-3/x.buildinfo' } as const
    for (const answer of [
      await post(app, '/debian', helloOf('alice')),
      await app.inject({ ...put, payload: helloOf('alice') }),
    ])
      expect(answer.json()).toMatchObject({ code: 'WITHHELD', withholding: { id: alice } })
    expect((await restore({ ids: [alice] })).json()).toEqual({ restored: [], missing: [alice] })
    expect((await get(app, `/certifications/${alice}`)).statusCode).toBe(404)
    expect((await post(app, '/debian', helloOf('alice'))).statusCode).toBe(201)
    expect((await get(app, `/certifications/${alice}`)).statusCode).toBe(200)
    expect((await get(app, '/withheld')).json()).toEqual([])
  }, 20_000)
})
