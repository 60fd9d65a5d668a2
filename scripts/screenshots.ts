/* npm run screenshots: takes the pictures that the README shows, of real data at a fresh node. Needs Debian's chromium. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
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

/** Bitcoin Core 29.4 and 31.1 by all their builders. */
function fillGuix(url: string): void {
  const keys = join(DATA, 'checksums', 'builder-keys')
  countersign('key', 'add', ...readdirSync(keys).map((key) => join(keys, key)), '--node', url)
  for (const version of ['29.4', '31.1'])
    for (const builder of readdirSync(join(DATA, 'checksums', version)))
      countersign(
        'submit',
        join(DATA, 'checksums', version, builder, 'all.SHA256SUMS'),
        '--to',
        url,
      )
}

/** Hello by three rebuilders, until another node has it too. Returns the ids. */
function fillHello(url: string): readonly string[] {
  return ['alice', 'bob', 'mallory'].map((who) => {
    const file = join(DATA, 'hello', who, 'hello_2.10-3_amd64.buildinfo')
    const key = join(DATA, 'hello', `${who}.asc`)
    const copies = ['--copies', '1', '--wait', '60']
    const said = countersign('submit', file, '--key', key, '--to', url, '--json', ...copies)
    return /"id":"([0-9a-f]{64})"/.exec(said)?.[1] ?? ''
  })
}

const [WIDTH, HEIGHT] = [1080, 560]
/** The picture of the network needs more. */
const TALL = 900
const LOOPBACK = ['--p2p', '/ip4/127.0.0.1/tcp/0']

await inTemporaryFolder(async (folder) => {
  const config = join(folder, 'countersign.toml')
  writeFileSync(config, COLLECTIONS)
  const flags = ['--config', config, ...LOOPBACK]
  const named = (name: string, ...more: readonly string[]) => [...flags, '--name', name, ...more]
  const other = await startNode(join(folder, 'other'), named('Rebuilders of Münster'))
  const node = await startNode(
    join(folder, 'data'),
    named('Rebuilders of Example', '--peer', other.address),
  )
  const peers = ['--read-only', '--peer', node.address, '--peer', other.address]
  const readOnly = await startNode(join(folder, 'read-only'), named('Readers of Example', ...peers))
  fillGuix(other.url)
  const [alice = '', , mallory = ''] = fillHello(node.url)
  countersign('status', '--wait', '--node', node.url)
  countersign('status', '--wait', '--node', readOnly.url)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } })
  const fingerprint = readFileSync(join(DATA, 'hello', 'mallory.fpr'), 'utf8').trim()
  for (const [name, path] of [
    ['home', '/'],
    ['versions', '/guix/bitcoin/'],
    ['agreement', '/agreement/guix/bitcoin/29.4'],
    ['contradiction', '/agreement/debian/hello/2.10-3'],
    ['comparison', `/compare?a=${alice}&b=${mallory}`],
    ['rebuilder', `/rebuilders/${fingerprint}`],
    ['network', '/network'],
  ] as const) {
    await page.goto(`${node.url}${path}`)
    const height: number = await page.evaluate('document.body.scrollHeight')
    const clip = {
      x: 0,
      y: 0,
      width: WIDTH,
      height: Math.min(name === 'network' ? TALL : HEIGHT, height),
    }
    await page.screenshot({ path: join(INTO, `${name}.png`), clip, fullPage: true })
    process.stdout.write(`scripts/screenshots/${name}.png\n`)
  }
  await browser.close()
  for (const one of [readOnly, node, other]) await one.stop()
})
