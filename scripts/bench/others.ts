import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { openClient, postRequest, sendAll } from './client.ts'
import { getRequest } from './cost-question.ts'
import { signed } from './crowd.ts'
import { type MeasuredNode, startMeasuredNode } from './measured-node.ts'
import { namedWord, type NamedWord, type Subject } from './named-word.ts'
import { makeCheapSigners, type Signer } from './signer.ts'
import { sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(40_000, 100)
/** What is made and posted at once. */
const STEP = 500
const CLIENTS = 32
const KEYS = 10
const NAMED = 2
const VERSIONS = sized(20, 5)
const ROUNDS = sized(15, 1)
const SOURCE = 'spoken'
const HTML = 'text/html'

interface Loads {
  readonly milliseconds: readonly number[]
  readonly mainThread: readonly number[]
}

/**
 * One new key contradicts every version, and crowds one of them with all the rest.
 * @throws Error if that moves anything that the node says of those whom its policy names
 */
export async function others(count = COUNT): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const [beside, ...keys] = await makeCheapSigners(KEYS + 1)
    if (beside === undefined) throw new Error('no key')
    const node = await startMeasuredNode(join(folder, 'data'), [
      '--pages-policy',
      writePolicy(folder, keys.slice(0, NAMED)),
    ])
    await postKeys(node.url, [beside, ...keys])
    const subject = await certifyHonestly(node.url, keys)
    await node.calm()
    const before = await look(node, beside, subject)
    const seconds = await flood(node.url, subject, count)
    await node.calm()
    const after = await look(node, beside, subject)
    await node.stop()
    const moved = differences(before.word, after.word)
    if (moved.length > 0)
      throw new Error(`what the named say has changed: ${moved.slice(0, 3).join('\n')}`)
    return [
      `others: ${count} certifications by one new key, in ${digits(seconds)} s: ${subject.versions.length} versions contradicted, one of them with all the rest`,
      `${before.word.size} answers say of the named what they said before; of the crowded version others say, before: ${before.voices}; after: ${after.voices}`,
      `pages, each behind one more certification; median of ${ROUNDS}`,
      table(
        ['ms', 'before', 'spread', 'after', 'spread', 'main thread, before', 'after'],
        [...before.pages].map(([name, one]) => row(name, one, after.pages.get(name))),
      ),
    ].join('\n')
  })
}

function writePolicy(folder: string, named: readonly Signer[]): string {
  const path = join(folder, 'policy.toml')
  const operators = named.map(
    ({ fingerprint }, at) => `[[operator]]\nname = "operator ${at}"\nkeys = ["${fingerprint}"]\n`,
  )
  writeFileSync(path, `threshold = 1\n\n${operators.join('\n')}`)
  return path
}

/** Every key certifies every version; of every fifth the second of the named says otherwise, of another fifth nothing. */
async function certifyHonestly(url: string, keys: readonly Signer[]): Promise<Subject> {
  const versions = Array.from({ length: VERSIONS }, (_, at) => `1.${at}-1`)
  const saying = versions.flatMap((version, at) =>
    keys.flatMap((key, by) => {
      const isSecond = by === 1
      if (isSecond && at % 5 === 4) return []
      return [{ key, by, version, said: isSecond && at % 5 === 3 ? 'otherwise' : 'the same' }]
    }),
  )
  const requests = await Promise.all(
    saying.map(({ key, version, said }) => certification(key, { version, said })),
  )
  const { answers } = await sendAll(url, requests, { clients: CLIENTS, expect: [201] })
  const ids = answers.map(({ body }) => /"id":\s*"([\da-f]{64})"/.exec(body.toString())?.[1] ?? '')
  return {
    source: SOURCE,
    versions,
    rebuilders: keys.map(({ fingerprint }) => fingerprint),
    named: keys.slice(0, NAMED).map(({ fingerprint }) => fingerprint),
    certifications: ids.filter((_, at) => (saying[at]?.by ?? NAMED) < NAMED),
  }
}

async function postKeys(url: string, keys: readonly Signer[]): Promise<void> {
  const requests = keys.map(({ publicKey }) =>
    postRequest('/keys', Buffer.from(publicKey), 'application/pgp-keys'),
  )
  await sendAll(url, requests, { clients: 1, expect: [201] })
}

async function certification(
  key: Signer,
  {
    version,
    said,
    source = SOURCE,
  }: { readonly version: string; readonly said: string; readonly source?: string },
): Promise<Buffer> {
  const files = ['', '-doc', '-dbgsym'].map((end) => {
    const name = `${source}${end}_${version}_amd64.deb`
    return [name, createHash('sha256').update(`${name} ${said}`).digest('hex')] as const
  })
  const bytes = await signed({ source, version, files }, key)
  return submission({ collection: 'debian', bytes })
}

/** @returns in how many seconds it was taken; what it takes to make is not in it */
async function flood(url: string, { versions }: Subject, count: number): Promise<number> {
  const [stranger] = await makeCheapSigners(1)
  if (stranger === undefined) throw new Error('no key')
  await postKeys(url, [stranger])
  let seconds = 0
  for (let from = 0; from < count; from += STEP) {
    const requests = await Promise.all(
      Array.from({ length: Math.min(STEP, count - from) }, (_, index) => {
        const version = versions[from + index] ?? versions[0] ?? ''
        return certification(stranger, { version, said: `stranger ${from + index}` })
      }),
    )
    seconds += (await sendAll(url, requests, { clients: CLIENTS, expect: [201] })).seconds
  }
  return seconds
}

async function look(node: MeasuredNode, beside: Signer, subject: Subject) {
  const word = await namedWord(node.url, subject)
  const [crowded = ''] = subject.versions
  const version = `${SOURCE}/${crowded}`
  const paths = {
    home: '/',
    'the crowded version': `/debian/${version}/`,
    'its agreement': `/agreement/debian/${version}`,
    'a named rebuilder': `/rebuilders/${subject.named[0] ?? ''}`,
    'the listing of versions': `/debian/${SOURCE}/`,
  }
  const pages = new Map<string, Loads>()
  for (const [name, path] of Object.entries(paths)) pages.set(name, await load(node, beside, path))
  return { word, pages, voices: await voicesOf(node.url, version) }
}

async function load(node: MeasuredNode, key: Signer, path: string): Promise<Loads> {
  const [milliseconds, mainThread]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    // of another source: what was remembered holds no longer
    const one = { source: 'beside', version: `1.${round}-1`, said: `${path} ${performance.now()}` }
    await sendAll(node.url, [await certification(key, one)], { clients: 1, expect: [201] })
    await node.calm()
    const client = await openClient(node.url)
    const cost = await node.measure(async () => {
      const answer = await client.exchange(getRequest(path, HTML))
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
      milliseconds.push(answer.milliseconds)
    })
    client.close()
    mainThread.push(cost.whole)
  }
  return { milliseconds, mainThread }
}

/** What is said of it by those who are not named, in the words of its page. */
async function voicesOf(url: string, version: string): Promise<string> {
  const page = getRequest(`/agreement/debian/${version}`, HTML)
  const { answers } = await sendAll(url, [page], { clients: 1, expect: [200] })
  const said = />\s*(others: [^<]*)</.exec(answers[0]?.body.toString() ?? '')?.[1]
  return said?.replace('others: ', '').trim() ?? 'nothing'
}

function differences(before: NamedWord, after: NamedWord): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => !isDeepStrictEqual(before.get(name), after.get(name)))
    .map((name) => `${name}: ${shown(before.get(name))} is now ${shown(after.get(name))}`)
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 600) ?? 'nothing'

function row(name: string, before: Loads, after: Loads | undefined): readonly string[] {
  const [first, second] = [before.milliseconds, after?.milliseconds ?? []]
  return [
    name,
    digits(median(first)),
    spread(first, digits),
    digits(median(second)),
    spread(second, digits),
    digits(median(before.mainThread)),
    digits(median(after?.mainThread ?? [])),
  ]
}
