import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Answer, getRequest, sendAll } from './client.ts'
import { openCorpus } from './corpus.ts'
import { NGINX_SETTINGS, startNginx } from './nginx.ts'
import { startNode } from './node-process.ts'
import { sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'
import { hasWrk, load, WRK_SETTINGS } from './wrk.ts'

const ROUNDS = sized(7, 1)
const SECONDS = sized(2, 1)
const WARM_UP_SECONDS = sized(3, 1)
/** Certifications elsewhere in the repository by default. */
const COUNT = sized(2000, 10)
const FOLDERS = [sized(200, 5), sized(1000, 20)]

interface Asked {
  readonly name: string
  readonly paths: readonly string[]
}

/** Reads a second, against nginx with the same files under the same paths, interleaved in one run. */
export async function read(count = COUNT): Promise<string> {
  if (!hasWrk()) return 'read: skipped, wrk is not installed'
  return inTemporaryFolder((folder) => measure(folder, count))
}

async function measure(folder: string, count: number): Promise<string> {
  const corpus = await openCorpus()
  const node = await startNode(join(folder, 'data'))
  await postKeys(node, corpus)
  const folders = await Promise.all(
    FOLDERS.map((size) => corpus.makeFolder(`folder.${size}`, size)),
  )
  const made = [...(await corpus.make(0, count)), ...folders.flat()]
  await sendAll(node.url, made.map(submission), { clients: 64, expect: [201] })
  const leaves = folders.map(([first]) => `/debian/${first?.source ?? ''}/`)
  const files = await copyTree(node.url, leaves, join(folder, 'root'))
  const asked: readonly Asked[] = [
    { name: `one of ${files.length} certifications`, paths: files },
    ...leaves.map((path, at) => ({ name: `listing of ${FOLDERS[at]}`, paths: [path] })),
  ]
  const nginx = await startNginx(folder, join(folder, 'root'))

  const ours = new Map<Asked, number[]>(asked.map((one) => [one, []]))
  const theirs = new Map<Asked, number[]>(asked.map((one) => [one, []]))
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const one of asked) {
      const seconds = round === 0 ? WARM_UP_SECONDS : SECONDS
      const rate = await load(node.url, one.paths, { folder, seconds })
      const other = nginx && (await load(nginx.url, one.paths, { folder, seconds }))
      if (round === 0) continue
      ours.get(one)?.push(rate)
      if (other !== undefined) theirs.get(one)?.push(other)
    }
  await nginx?.stop()
  await node.stop()
  return [
    `read: ${made.length} certifications, ${ROUNDS} rounds of ${SECONDS} s, interleaved`,
    WRK_SETTINGS,
    nginx === undefined ? 'nginx: skipped, it is not installed' : NGINX_SETTINGS,
    '',
    table(
      ['answers per s', 'node', 'spread', 'nginx', 'spread', 'node : nginx', 'spread'],
      asked.map((one) => row(one.name, ours.get(one) ?? [], theirs.get(one) ?? [])),
    ),
  ].join('\n')
}

/** Both hands of a round, so that a slow minute hits both. */
function row(name: string, ours: readonly number[], theirs: readonly number[]): string[] {
  const cells = [name, digits(median(ours)), spread(ours, digits)]
  if (theirs.length === 0) return [...cells, '-', '-', '-', '-']
  const ratios = ours.map((rate, at) => rate / (theirs[at] ?? Number.NaN))
  return [
    ...cells,
    digits(median(theirs)),
    spread(theirs, digits),
    digits(median(ratios)),
    spread(ratios, digits),
  ]
}

/** Writes what stands below these paths as files of the same names and bytes; returns their paths. */
async function copyTree(
  url: string,
  leaves: readonly string[],
  root: string,
): Promise<readonly string[]> {
  const get = async (paths: readonly string[]): Promise<readonly Answer[]> =>
    (await sendAll(url, paths.map(getRequest), { clients: 8, expect: [200] })).answers
  const files: string[] = []
  for (const { body } of await get(leaves))
    for (const [, path = ''] of body.toString().matchAll(/"path":"([^"]+)"/g)) files.push(path)
  const paths = files.map((path) => `/${path.split('/').map(encodeURIComponent).join('/')}`)
  for (const [at, { body }] of (await get(paths)).entries()) {
    const file = join(root, files[at] ?? '')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, body)
  }
  return paths
}
