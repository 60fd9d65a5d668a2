import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { data, SETTINGS } from '../http/door.ts'
import { hasChromium, openPage } from '../support/browser.ts'
import { flakyProxy } from '../support/flaky-proxy.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

async function listen(node: TestNode): Promise<string> {
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

const helloOf = (who: string) => ({
  bytes: data(`hello/${who}/hello_2.10-3_amd64.buildinfo`),
  keys: data(`hello/${who}.asc`),
})

/** Two nodes that follow each other, hello by alice at both, and a page of the second. */
async function twoNodes() {
  const a = await openTestNode()
  const b = await openTestNode({ peers: [a.address] })
  await areConnected(a, b)
  const { id } = await submitTo(a, helloOf('alice'))
  await until(() => has(b, id))
  const base = await listen(b)
  const proxy = await flakyProxy(base)
  const watched = await openPage(proxy.url)
  return { a, b, id, proxy, ...watched }
}

test.skipIf(!hasChromium)(
  'a certification that comes to another node appears on the page that somebody looks at',
  async () => {
    const { a, page, troubles } = await twoNodes()
    await page.goto('/')
    await page.getByText('Alice Throwaway').waitFor()
    await submitTo(a, helloOf('bob'))
    await page.getByText('Bob Throwaway').waitFor()
    await page.goto('/agreement/debian/hello/2.10-3')
    await page.getByText('said alike').first().waitFor()
    await submitTo(a, helloOf('mallory'))
    await page.getByText('2 said in several ways').waitFor()
    expect(troubles).toEqual([])
  },
)

test.skipIf(!hasChromium)(
  'what somebody has in hand is not taken away: the new is offered, and shown when it is wanted',
  async () => {
    const { a, page } = await twoNodes()
    await page.goto('/')
    const link = page.getByRole('link', { name: 'Alice Throwaway' })
    await link.focus()
    await submitTo(a, helloOf('bob'))
    const button = page.getByRole('button', { name: 'Something new has come: show it' })
    await button.waitFor()
    expect(await page.getByText('Bob Throwaway').count()).toBe(0)
    await button.click()
    await page.getByText('Bob Throwaway').waitFor()
    expect(await button.count()).toBe(0)
  },
)

test.skipIf(!hasChromium)('a page of what is withheld meanwhile says why', async () => {
  const { b, id, page } = await twoNodes()
  await page.goto(`/certifications/${id}.html`)
  await page.getByText('still is').waitFor()
  await b.withhold({ ids: [id] }, { reason: 'It was asked for.', code: 'legal' })
  await page.getByText('It was asked for.').waitFor()
})

test.skipIf(!hasChromium)(
  'a node that is away for a while takes nothing from the page, which says so and goes on when it is back',
  async () => {
    const { a, b, proxy, page } = await twoNodes()
    await page.goto('/')
    await page.getByText('Alice Throwaway').waitFor()
    await page.fill('#q', 'half a word')
    proxy.answer = () => 502
    // the stream is cut, and what asks again gets the answer of the proxy
    const asked = proxy.seen.length
    await page.evaluate('leave(); listen()')
    await page.getByText('The node does not answer').waitFor()
    expect(proxy.seen.length).toBeGreaterThan(asked)
    const { id } = await submitTo(a, helloOf('bob'))
    await until(() => has(b, id))
    proxy.answer = () => undefined
    await page.getByText('Bob Throwaway').waitFor()
    await page.getByText('The node does not answer').waitFor({ state: 'hidden' })
    expect(await page.inputValue('#q')).toBe('half a word')
  },
)

test.skipIf(!hasChromium)(
  'a page that cannot be fetched at the moment stays, and is fetched later',
  async () => {
    const { a, b, proxy, page } = await twoNodes()
    await page.goto('/')
    await page.getByText('Alice Throwaway').waitFor()
    let refused = 0
    proxy.answer = (url) => {
      if (url !== '/' || refused === 2) return undefined
      refused += 1
      return [429, 503][refused - 1]
    }
    const { id } = await submitTo(a, helloOf('bob'))
    await until(() => has(b, id))
    await page.getByText('Bob Throwaway').waitFor()
    expect(refused).toBe(2)
  },
)

test.skipIf(!hasChromium)(
  'of a node whose indexes were built again not everything is told to a page once more',
  async () => {
    const { a, b, proxy, page } = await twoNodes()
    await page.goto('/')
    await page.getByText('Alice Throwaway').waitFor()
    await page.evaluate("leave(); cursor = 'ffffffffffffffff-7'; listen()")
    await until(() => proxy.seen.includes('/events'))
    const cursor = b.repository.cursor().split('-')[0] ?? ''
    await until(() => proxy.seen.some((url) => url.startsWith(`/events?after=${cursor}`)))
    const { id } = await submitTo(a, helloOf('bob'))
    await until(() => has(b, id))
    await page.getByText('Bob Throwaway').waitFor()
  },
)
