import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { SETTINGS } from '../http/door.ts'
import { accessibilityFaults, hasChromium, openPage } from '../support/browser.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { detachedSignature, rebuilder } from '../support/rebuilder.ts'
import { dataText } from '../support/signed-text.ts'

const TEXT = dataText('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo')
const PATH = '/agreement/maven/io/quarkus/quarkus-project/3.39.0.CR1?whole=true'

/** The largest real document, by two rebuilders, of whom the second got one artifact otherwise. */
async function largeNode(): Promise<string> {
  const repository = await openTestRepository()
  const last = TEXT.lastIndexOf('.checksums.sha512=') + '.checksums.sha512='.length
  const other = `${TEXT.slice(0, last)}${'0'.repeat(128)}${TEXT.slice(last + 128)}`
  for (const text of [TEXT, other]) {
    const by = await rebuilder()
    const bytes = Buffer.from(text)
    const signature = await detachedSignature(bytes, by)
    const keys = by.publicKey.bytes
    await repository.submit({ collection: 'maven', bytes, signature, keys })
  }
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

test.skipIf(!hasChromium)(
  'of 2,488 artifacts the one that differs stands first, and all can be looked through, page by page',
  async () => {
    const base = await largeNode()
    const { page, troubles } = await openPage(base, { viewport: { width: 360, height: 740 } })
    await page.goto(PATH)
    expect(await page.textContent('main')).toMatch(
      /2,488 artifacts:\s+1 said in several ways,\s+2,487 said alike/,
    )
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    const rows = page.locator('.matrix tbody tr')
    expect(await rows.first().locator('td:not(.sums) .mark').allTextContents()).toEqual(['A', 'B'])
    let seen = await rows.count()
    const next = page.getByRole('link', { name: 'next page' })
    while ((await next.count()) > 0) {
      await next.click()
      await page.waitForLoadState()
      seen += await rows.count()
    }
    expect(seen).toBe(2488)
    expect(troubles).toEqual([])
  },
)
