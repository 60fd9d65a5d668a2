import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendAll } from './client.ts'
import { QUESTIONS } from './cost-cases.ts'
import { type Asked, getRequest, type Question } from './cost-question.ts'
import { AGGREGATE, type Crowd, makeCrowd, SOURCE, VERSION } from './crowd.ts'
import { type Cost, type MeasuredNode, startMeasuredNode } from './measured-node.ts'
import { isShort, sized } from './sized.ts'
import { digits, median } from './statistics.ts'
import { submission } from './submission.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

/** Milliseconds of the main thread: without a turn of the event loop, and for one answer that is no stream. */
const STRETCH = 50
const WHOLE = 200
const COUNT = sized(20_000, 200)
const ROUNDS = sized(3, 1)
/** What is done behind the answer to what changes something counts with it; milliseconds. */
const BEHIND = sized(1_500, 10)
/** An answer takes no longer, in milliseconds. */
const PATIENCE = 60_000

interface Row {
  readonly route: string
  readonly question: Question
  readonly longest: number
  readonly whole: number
  readonly verified: number
  readonly inThreads: number
  readonly status: number
  readonly bytes: number
}

/** What the main thread of a node does for the costliest questions known, each asked behind one more certification. */
export async function costs(count = COUNT, rounds = ROUNDS): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const node = await startMeasuredNode(join(folder, 'data'))
    const from = performance.now()
    const crowd = await makeCrowd(node.url, count)
    const seconds = (performance.now() - from) / 1000
    const asked = await learn(node.url, crowd)
    await node.calm()
    const idle = (await node.measure(() => sleep(BEHIND))).whole
    const rows: Row[] = []
    for (const [route, questions] of Object.entries(QUESTIONS))
      for (const question of isShort ? questions.slice(0, 1) : questions)
        rows.push(await measure(node, { route, question, asked, rounds, idle }))
    await node.stop()
    const verifying = rows.filter(verifies).map(({ route }) => route)
    if (verifying.length > 0)
      throw new Error(`signatures are verified where none may be: ${verifying.join(', ')}`)
    return report(rows, { crowd, seconds, rounds, idle })
  })
}

/** A read verifies nowhere, and nothing does on the main thread. */
const verifies = ({ verified, inThreads, route }: Row): boolean =>
  verified > 0 || (inThreads > 0 && route.startsWith('GET '))

const faultsOf = (row: Row): string => {
  const { longest, whole, question } = row
  return [
    longest > STRETCH ? 'stretch' : '',
    whole > WHOLE && question.isStream === undefined ? 'whole' : '',
    verifies(row) ? 'verifies' : '',
  ]
    .filter((fault) => fault !== '')
    .join(' ')
}

function report(
  rows: readonly Row[],
  {
    crowd,
    seconds,
    rounds,
    idle,
  }: {
    readonly crowd: Crowd
    readonly seconds: number
    readonly rounds: number
    readonly idle: number
  },
): string {
  const sorted = rows.toSorted(
    (one, other) => other.longest - one.longest || other.whole - one.whole,
  )
  const over = rows.filter((row) => faultsOf(row) !== '')
  const { certifications, keys, refused } = crowd
  return [
    `costs: ${certifications} certifications by ${keys.length + 1} keys, sent in ${digits(seconds)} s; each question behind one more, median of ${rounds}`,
    `a node of which nothing is asked has ${digits(idle)} ms in ${BEHIND} ms of being measured, which are taken off what is posted or put`,
    `hostile keys refused: ${refused.map(({ name }) => name).join('; ') || 'none'}`,
    table(
      [
        'ms of the main thread',
        'stretch',
        'in all',
        'verified',
        'in threads',
        'status',
        'kB',
        'over',
      ],
      sorted.map((row) => [
        `${row.route}: ${row.question.says}`,
        digits(row.longest),
        digits(row.whole),
        String(row.verified),
        String(row.inThreads),
        String(row.status),
        digits(row.bytes / 1000),
        faultsOf(row),
      ]),
    ),
    `${over.length} of ${rows.length} questions are over ${STRETCH} ms at a stretch, or ${WHOLE} ms in all, or verify for a read`,
  ].join('\n')
}

async function measure(
  node: MeasuredNode,
  {
    route,
    question,
    asked,
    rounds,
    idle,
  }: {
    readonly route: string
    readonly question: Question
    readonly asked: Asked
    readonly rounds: number
    /** What being measured costs while nothing is done, in milliseconds of the main thread. */
    readonly idle: number
  },
): Promise<Row> {
  const found: (Cost & { readonly answer: Answer })[] = []
  for (let round = 0; round < rounds; round += 1) {
    // what was remembered holds no longer
    const one = submission({ collection: 'debian', bytes: await asked.another() })
    await sendAll(node.url, [one], { clients: 1, expect: [201] })
    const request = await question.request(asked)
    await node.calm()
    let answer: Answer | undefined
    const cost = await node.measure(async () => {
      answer = await exchange(node.url, request, question.isStream === true)
      if (!route.startsWith('GET ')) await sleep(BEHIND)
    })
    const whole = route.startsWith('GET ') ? cost.whole : Math.max(0, cost.whole - idle)
    if (answer !== undefined) found.push({ ...cost, whole, answer })
  }
  const middle = (of: (one: (typeof found)[number]) => number): number => median(found.map(of))
  return {
    route,
    question,
    longest: middle(({ longest }) => longest),
    whole: middle(({ whole }) => whole),
    verified: Math.max(...found.map(({ verified }) => verified)),
    inThreads: Math.max(...found.map(({ inThreads }) => inThreads)),
    status: found[0]?.answer.status ?? 0,
    bytes: found[0]?.answer.bytes ?? 0,
  }
}

interface Answer {
  readonly status: number
  readonly bytes: number
}

/** What a stream has sent when nothing comes for so long, in milliseconds, is all of it. */
const QUIET = 300

/** One request on a socket of its own, to the end of its answer. */
export async function exchange(url: string, request: Buffer, isStream: boolean): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const text = request.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  socket.write(
    Buffer.concat([
      Buffer.from(`${text.slice(0, end)}\r\nConnection: close`, 'latin1'),
      request.subarray(end),
    ]),
  )
  socket.setTimeout(isStream ? QUIET : PATIENCE, () => {
    if (isStream) socket.end().destroy()
    else socket.destroy(new Error(`no answer in ${PATIENCE} ms: ${text.slice(0, 200)}`))
  })
  let bytes = 0
  let head = ''
  socket.on('data', (chunk: Buffer) => {
    if (head === '') head = chunk.toString('latin1', 0, 16)
    bytes += chunk.length
  })
  await once(socket, 'close')
  return { status: Number(head.slice(9, 12)), bytes }
}

/** Names that only the node knows. */
export async function learn(url: string, crowd: Crowd): Promise<Asked> {
  const ask = async (path: string): Promise<string> => {
    const { answers } = await sendAll(url, [getRequest(path)], { clients: 1, expect: [200] })
    return answers[0]?.body.toString() ?? ''
  }
  const feeds = [...(await ask('/feeds')).matchAll(/"key":\s*"([\da-f]{64})"/g)].map(
    ([, key = '']) => key,
  )
  const [feed = ''] = feeds
  const detail = await ask(`/feeds/${feed}`)
  const length = Number(/"length":\s*(\d+)/.exec(detail)?.[1] ?? 2)
  const packages = await ask(
    `/rebuilders/${crowd.instance.fingerprint}/api/v1/packages/binary?limit=1`,
  )
  const [, build = '', artifact = ''] =
    /"build_id":\s*(\d+)[^]*?"artifact_id":\s*(\d+)/.exec(packages) ?? []
  return {
    ...crowd,
    large: idsIn(
      await ask(`/certifications?collection=maven&source=${encodeURIComponent(AGGREGATE)}`),
    ),
    crowded: idsIn(
      await ask(
        `/certifications?collection=debian&source=${encodeURIComponent(`${SOURCE}/${VERSION}`)}`,
      ),
    ),
    feed,
    sequence: length - 1,
    build: `builds/${build}/artifacts/${artifact}/attestation`,
  }
}

const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(/"id":\s*"([\da-f]{64})"/g)].map(([, one = '']) => one)
