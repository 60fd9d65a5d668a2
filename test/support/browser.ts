import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const CHROMIUM = '/usr/bin/chromium'
/** Is Debian's Chromium there? What needs it is skipped where it is not. */
export const hasChromium = existsSync(CHROMIUM)

let started: Promise<Browser> | undefined

/** One for all tests of a process, which ends with it. */
function browser(): Promise<Browser> {
  started ??= chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return started
}

export interface Watched {
  readonly page: Page
  /** What the console said of errors, what the Content-Security-Policy refused, what asked another host. */
  readonly troubles: readonly string[]
}

/** A page of a profile of its own, closed when the test ends. */
export async function openPage(
  base: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await (await browser()).newContext({ baseURL: base, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) troubles.push(`asked ${request.url()}`)
  })
  return { page, troubles }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe-core finds of serious and critical faults. Its script comes in by the debugger, which no policy of the page binds. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const found: { readonly violations: readonly Violation[] } = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
