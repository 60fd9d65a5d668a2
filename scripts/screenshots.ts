/* npm run screenshots: takes the pictures that the README shows, of real data at a fresh node. Needs Debian's chromium. */
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { startNode } from './bench/node-process.ts'
import { inTemporaryFolder } from './bench/temporary-folder.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DATA = join(ROOT, 'test', 'data')
const INTO = join(ROOT, 'scripts', 'screenshots')

const COLLECTIONS = [
  ['debian', 'debian'],
  ['maven', 'jvm'],
  ['rebuilderd', 'in-toto'],
  ['guix', 'checksums'],
]
  .map(([name, dialect]) => `[[collection]]\nname = "${name}"\ndialect = "${dialect}"\n`)
  .join('')

function countersign(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(ROOT, 'dist', 'main.js'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** Hello by three rebuilders, Bitcoin Core 29.4 by all its builders. */
function fill(url: string): readonly string[] {
  const keys = join(DATA, 'checksums', 'builder-keys')
  countersign('key', 'add', ...readdirSync(keys).map((key) => join(keys, key)), '--node', url)
  for (const builder of readdirSync(join(DATA, 'checksums', '29.4')))
    countersign('submit', join(DATA, 'checksums', '29.4', builder, 'all.SHA256SUMS'), '--to', url)
  return ['alice', 'bob', 'mallory'].map((who) => {
    const file = join(DATA, 'hello', who, 'hello_2.10-3_amd64.buildinfo')
    const key = join(DATA, 'hello', `${who}.asc`)
    const said = countersign('submit', file, '--key', key, '--to', url, '--json')
    return /"id":"([0-9a-f]{64})"/.exec(said)?.[1] ?? ''
  })
}

await inTemporaryFolder(async (folder) => {
  const config = join(folder, 'countersign.toml')
  writeFileSync(config, COLLECTIONS)
  const node = await startNode(join(folder, 'data'), ['--config', config])
  const [alice = '', , mallory = ''] = fill(node.url)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const page = await browser.newPage({ viewport: { width: 1080, height: 560 } })
  for (const [name, path] of [
    ['agreement', '/agreement/guix/bitcoin/29.4'],
    ['contradiction', '/agreement/debian/hello/2.10-3'],
    ['comparison', `/compare?a=${alice}&b=${mallory}`],
  ] as const) {
    await page.goto(`${node.url}${path}`)
    await page.screenshot({ path: join(INTO, `${name}.png`) })
    process.stdout.write(`scripts/screenshots/${name}.png\n`)
  }
  await browser.close()
  await node.stop()
})
