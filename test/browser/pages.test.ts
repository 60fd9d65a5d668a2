import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessibilityFaults, hasChromium, openPage } from '../support/browser.ts'
import { pictureNode } from '../support/picture-node.ts'
import { HELLO } from '../support/program.ts'

const MALLORY = readFileSync(`${HELLO}/mallory.fpr`, 'utf8').trim()
const PAGES = [
  '/',
  '/debian/',
  '/debian/hello/',
  '/debian/hello/2.10-3/',
  '/debian/hello/2.10-3/amd64/',
  '/agreement/debian/hello/2.10-3',
  '/guix/bitcoin/',
  '/agreement/guix/bitcoin/29.4',
  '/agreement/guix/bitcoin/31.1',
  '/guix/bitcoin/29.4/',
  '/rebuilderd/',
  '/artifacts?name=hello_2.10-3_amd64.deb',
  '/pks/lookup?op=index&search=alice',
  '/certifications',
  '/rebuilders',
  `/rebuilders/${MALLORY}`,
  '/network',
  '/feeds',
  '/peers',
  '/status',
  '/withheld',
  '/search?q=nothing-of-that-name',
  '/nothing-at-all',
]
const DEB = `${HELLO}/alice/hello_2.10-3_amd64.deb`
const SHA256 = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'

/** All of them, with those whose addresses are made of ids. */
async function pagesOf(base: string): Promise<readonly string[]> {
  const answer = await fetch(`${base}/certifications?collection=debian`)
  const ids = [...(await answer.text()).matchAll(/"id":"([0-9a-f]{64})"/g)].map(
    ([, id]) => id ?? '',
  )
  const certifications = ids.map((id) => `/certifications/${id}.html`)
  const [one = '', other = ''] = ids
  return [
    ...PAGES,
    ...certifications,
    `/compare?a=${one}&b=${other}`,
    `/artifacts/sha256/${SHA256}`,
  ]
}

test.skipIf(!hasChromium)(
  'every page is without a serious fault of accessibility, in the light and in the dark, and asks nobody else',
  async () => {
    const base = await pictureNode()
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, troubles } = await openPage(base, { colorScheme })
      for (const path of await pagesOf(base)) {
        await page.goto(path)
        expect([path, await accessibilityFaults(page)]).toEqual([path, []])
      }
      // the page that is not there is said to be an error, rightly
      expect(troubles.filter((one) => !one.includes('404'))).toEqual([])
    }
  },
)

test.skipIf(!hasChromium)(
  'on a phone nothing stands beyond the edge but what scrolls by itself',
  async () => {
    const base = await pictureNode()
    const { page } = await openPage(base, { viewport: { width: 360, height: 740 } })
    for (const path of await pagesOf(base)) {
      await page.goto(path)
      const width: number = await page.evaluate('document.documentElement.scrollWidth')
      expect([path, width]).toEqual([path, 360])
    }
  },
)

test.skipIf(!hasChromium)(
  'a file that is dropped is hashed in the browser, and its certifications are shown',
  async () => {
    const base = await pictureNode()
    const { page, troubles } = await openPage(base)
    const bodies: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET') bodies.push(request.url())
    })
    await page.goto('/')
    await page.setInputFiles('#file', DEB)
    await page.waitForURL(`**/artifacts/sha256/${SHA256}`)
    expect(await page.textContent('main')).toContain('Alice Throwaway')
    expect(bodies).toEqual([])
    expect(troubles).toEqual([])
  },
)

test.skipIf(!hasChromium)(
  'without JavaScript everything is found, read and compared, and nothing is offered that needs it',
  async () => {
    const base = await pictureNode()
    const { page } = await openPage(base, { javaScriptEnabled: false })
    await page.goto('/')
    expect(await page.isVisible('#drop')).toBe(false)
    await page.fill('#q', 'hello 2.10-3')
    await page.click('text=Find')
    await page.waitForURL('**/debian/hello/2.10-3/')
    await page.click('text=Who agrees about these artifacts?')
    expect(await page.textContent('main')).toContain('2 said in several ways')
    await page.click('text=Compare the two')
    expect(await page.textContent('main')).toContain('DEB_BUILD_OPTIONS')
  },
)

test.skipIf(!hasChromium)(
  'the picture shows who stands where, and leads from a letter to its checksum',
  async () => {
    const base = await pictureNode()
    const { page } = await openPage(base)
    await page.goto('/agreement/debian/hello/2.10-3')
    const letters = await page
      .locator('.matrix tbody tr')
      .last()
      .locator('td:not(.sums) .mark')
      .allTextContents()
    expect(letters).toEqual(['A', 'A', 'B'])
    await page.locator('.matrix tbody tr').last().locator('td:not(.sums) .mark').last().click()
    expect(await page.locator('.sum:target').textContent()).toContain('2cd588ce5948')
    await page.goto('/agreement/guix/bitcoin/29.4')
    expect(await page.locator('.who').count()).toBe(15)
    expect(await page.textContent('main')).toContain('28 said alike')
  },
)
