import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { sendAll } from './client.ts'
import { type Made, openCorpus } from './corpus.ts'
import { NGINX_SETTINGS, startNginx } from './nginx.ts'
import { startNode } from './node-process.ts'
import { sized } from './sized.ts'
import { digits, median, percentile, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'
import { hasWrk, load, WRK_SETTINGS } from './wrk.ts'

const ROUNDS = sized(7, 1)
const SECONDS = sized(2, 1)
const WARM_UP_SECONDS = sized(3, 1)
const REBUILDERS = 3
const LOADS = sized(40, 2)
const HTML = 'text/html'

const LARGEST = new URL(
  '../../test/data/jvm/sample/quarkus-project-3.39.0.CR1.buildinfo',
  import.meta.url,
)
const LARGEST_PATH = '/agreement/maven/io/quarkus/quarkus-project/3.39.0.CR1'

interface Loaded {
  readonly firstByte: number
  readonly whole: number
  readonly body: Buffer
}

/** How long the largest real page takes, what pages weigh, and pages a second against nginx with the same bytes. */
export async function pages(count = sized(500, 10)): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const corpus = await openCorpus()
    const node = await startNode(join(folder, 'data'))
    await postKeys(node, corpus)
    const builds = await corpus.make(0, count)
    const text = readFileSync(LARGEST)
    const large = await Promise.all(
      corpus.signers.slice(0, REBUILDERS).map(async (signer): Promise<Made> => {
        const [some] = builds
        if (some === undefined) throw new Error('the corpus is empty')
        return { ...some, collection: 'maven', bytes: text, signature: await signer.detach(text) }
      }),
    )
    await sendAll(node.url, [...builds, ...large].map(submission), { clients: 16, expect: [201] })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const open = (path: string): Promise<Loaded> => loadOnce(agent, `${node.url}${path}`)

    // a cursor of no artifact begins at the first, and makes a question that nobody asked before
    const first = await open(`${LARGEST_PATH}?after=first`)
    const anewOf = async (path: string): Promise<readonly Loaded[]> => {
      const loads: Loaded[] = []
      for (let at = 0; at < LOADS; at += 1) loads.push(await open(`${path}?after=${at}`))
      return loads
    }
    const anew = await anewOf(LARGEST_PATH)
    const small = await anewOf(`/agreement/debian/${builds[0]?.source ?? ''}`)
    const again: Loaded[] = []
    for (let at = 0; at < LOADS; at += 1) again.push(await open(LARGEST_PATH))

    const paths = [
      { name: 'home', path: '/' },
      { name: 'agreement, 2 rebuilders', path: `/agreement/debian/${builds[0]?.source ?? ''}` },
      { name: `agreement, 500 of 2,488 artifacts, ${REBUILDERS} rebuilders`, path: LARGEST_PATH },
    ]
    const weights = await Promise.all(
      paths.map(async ({ name, path }) => [name, ...(await weigh(open, path))]),
    )
    const rates = hasWrk()
      ? await against(folder, node.url, { paths, open })
      : 'pages a second: skipped, wrk is not installed'
    agent.destroy()
    await node.stop()
    return [
      `pages: ${builds.length} certifications, and 2,488 artifacts by ${REBUILDERS} rebuilders; ${LOADS} loads one after the other`,
      table(
        ['the largest, in ms', 'first byte', 'p99', 'whole', 'p99'],
        [
          ['first time', ...times([first])],
          ['made anew', ...times(anew)],
          ['made a moment ago', ...times(again)],
        ],
      ),
      `made anew, as while somebody writes, by one client: ${perSecond(small)} a second of 2 rebuilders, ${perSecond(anew)} of the largest`,
      '',
      table(['bytes', 'page', 'with all it loads', 'files', 'from other hosts'], weights),
      '',
      rates,
    ].join('\n')
  })
}

const perSecond = (loads: readonly Loaded[]): string =>
  digits(1000 / median(loads.map(({ whole }) => whole)))

const times = (loads: readonly Loaded[]): readonly string[] => [
  digits(median(loads.map(({ firstByte }) => firstByte))),
  digits(
    percentile(
      loads.map(({ firstByte }) => firstByte),
      0.99,
    ),
  ),
  digits(median(loads.map(({ whole }) => whole))),
  digits(
    percentile(
      loads.map(({ whole }) => whole),
      0.99,
    ),
  ),
]

function loadOnce(agent: Agent, url: string): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const request = get(url, { agent, headers: { accept: HTML } }, (response) => {
      const chunks: Buffer[] = []
      let firstByte = 0
      response.on('data', (chunk: Buffer) => {
        if (chunks.length === 0) firstByte = performance.now() - from
        chunks.push(chunk)
      })
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`))
        else resolve({ firstByte, whole: performance.now() - from, body: Buffer.concat(chunks) })
      })
    })
    request.on('error', reject)
  })
}

/** Of a page: its own bytes, with scripts and style sheet, how many those are, how many of another host. */
async function weigh(
  open: (path: string) => Promise<Loaded>,
  path: string,
): Promise<readonly string[]> {
  const { body } = await open(path)
  const parts = [
    ...new Set(
      [...body.toString().matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"/g)].map(
        ([, url = '']) => url,
      ),
    ),
  ]
  const own = parts.filter((url) => url.startsWith('/') && !url.startsWith('//'))
  const loads = await Promise.all(own.map(open))
  const all = loads.reduce((sum, one) => sum + one.body.length, body.length)
  return [body.length, all, own.length, parts.length - own.length].map((one) =>
    one.toLocaleString('en'),
  )
}

async function against(
  folder: string,
  url: string,
  {
    paths,
    open,
  }: {
    readonly paths: readonly { readonly name: string; readonly path: string }[]
    readonly open: (path: string) => Promise<Loaded>
  },
): Promise<string> {
  const root = join(folder, 'root')
  mkdirSync(root)
  const files = paths.map((_, at) => `/${at}.html`)
  for (const [at, { path }] of paths.entries())
    writeFileSync(join(root, files[at] ?? ''), (await open(path)).body)
  const nginx = await startNginx(folder, root)
  if (nginx === undefined) return 'nginx: skipped, it is not installed'
  const rows: string[][] = []
  for (const [at, { name, path }] of paths.entries()) {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round <= ROUNDS; round += 1) {
      const seconds = round === 0 ? WARM_UP_SECONDS : SECONDS
      const mine = await load(url, [path], { folder, seconds, accept: HTML })
      const rival = await load(nginx.url, [files[at] ?? ''], { folder, seconds, accept: HTML })
      if (round > 0) [ours, theirs].forEach((side, one) => side.push(one === 0 ? mine : rival))
    }
    const ratios = ours.map((rate, round) => rate / (theirs[round] ?? Number.NaN))
    rows.push([
      name,
      ...[ours, theirs, ratios].flatMap((side) => [digits(median(side)), spread(side, digits)]),
    ])
  }
  await nginx.stop()
  return [
    `${ROUNDS} rounds of ${SECONDS} s, interleaved, nobody writes; ${WRK_SETTINGS}`,
    NGINX_SETTINGS,
    table(['pages per s', 'node', 'spread', 'nginx', 'spread', 'node : nginx', 'spread'], rows),
  ].join('\n')
}
