import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sendAll } from '../bench/client.ts'
import { type Corpus, openCorpus } from '../bench/corpus.ts'
import { endsWithUs } from '../bench/ends-with-us.ts'
import { type NodeProcess, startNode } from '../bench/node-process.ts'
import { isShort, sized } from '../bench/sized.ts'
import { digits, percentile } from '../bench/statistics.ts'
import { submission } from '../bench/submission.ts'
import { postKeys } from '../bench/submit.ts'
import { table } from '../bench/table.ts'
import { inTemporaryFolder } from '../bench/temporary-folder.ts'
import { ATTACKS } from './attacks.ts'
import { type Found, type Honest, openHonest, READS } from './honest.ts'

const SECONDS = 60
const IDLE = sized(20_000, 500)
const WARM_UP = sized(3_000, 500)
const CERTIFICATIONS = sized(400, 20)
/** An attack begins by then, and what is not idle again by then is not, in milliseconds. */
const BEGIN = sized(180_000, 30_000)
const CALM = sized(30_000, 500)
const LOOK = 250
const MEBIBYTE = 1024 * 1024

type All = Readonly<Record<string, Found>>

interface Outcome {
  readonly attack: string
  readonly idle: All
  readonly under: All
  readonly mebibytes: { readonly idle: number; readonly most: number; readonly after: number }
  readonly cpu: { readonly idle: number; readonly under: number }
  /** Until the node works no more than before. */
  readonly idleAgain: number
}

/**
 * Every attack on a node of its own for so many seconds, by half of a processor; honest clients beside it, before and during.
 * @param only the attacks whose names begin so
 */
export async function doors(seconds = sized(SECONDS, 1), only = ''): Promise<string> {
  const corpus = await openCorpus()
  const outcomes: Outcome[] = []
  const attacks = Object.keys(ATTACKS).filter((attack) => attack.startsWith(only))
  if (attacks.length === 0) throw new Error(`no attack's name begins with ${only}`)
  // a short run has one node for all of them at once
  for (const some of isShort ? [attacks] : attacks.map((attack) => [attack]))
    await inTemporaryFolder(async (folder) => {
      const stage = await openStage(folder, corpus)
      const outcome = await suffer(some, stage, { folder, seconds })
      outcomes.push(outcome)
      if (!isShort) process.stderr.write(`${report([outcome], seconds)}\n\n`)
      await stage.close()
    })
  return `${report(outcomes, seconds)}\n\n${JSON.stringify(outcomes.map(numbers))}`
}

interface Stage {
  readonly node: NodeProcess
  readonly honest: Honest
  readonly close: () => Promise<void>
}

/** A node with something in it, another one that copies it, and who uses it. */
async function openStage(folder: string, corpus: Corpus): Promise<Stage> {
  const filled = await startNode(join(folder, 'node'))
  await postKeys(filled, corpus)
  const made = await corpus.make(0, CERTIFICATIONS)
  const sent = made.map(submission)
  const { answers } = await sendAll(filled.url, sent, { clients: 8, expect: [201] })
  await filled.stop()
  const known = made.map((one, at) => {
    const id = /"id":"([\da-f]{64})"/.exec(answers[at]?.body.toString() ?? '')?.[1] ?? ''
    return { id, made: one }
  })
  // as people run it
  const node = await startNode(join(folder, 'node'), [
    '--p2p',
    '/ip4/127.0.0.1/tcp/0',
    '--submissions-per-minute',
    '600',
  ])
  const copy = await startNode(join(folder, 'copy'), ['--read-only', '--peer', node.address])
  const honest = openHonest({ node, copy, corpus, known })
  await sleep(WARM_UP)
  return {
    node,
    honest,
    async close() {
      await honest.stop()
      await copy.stop()
      await node.stop()
    },
  }
}

async function suffer(
  attacks: readonly string[],
  { node, honest }: Stage,
  { folder, seconds }: { readonly folder: string; readonly seconds: number },
): Promise<Outcome> {
  const before = await watch(node, honest, IDLE)
  const attack = attacks.join(',')
  const attacker = startAttacker(attack, node, join(folder, 'attacker'))
  await attacker.begun
  const during = await watch(node, honest, seconds * 1000)
  attacker.kill()
  const idleAgain = await untilIdle(node, before.cpu)
  return {
    attack: isShort ? 'all of them' : attack,
    idle: before.found,
    under: during.found,
    mebibytes: {
      idle: before.most,
      most: during.most,
      after: node.usage().rssBytes / MEBIBYTE,
    },
    cpu: { idle: before.cpu, under: during.cpu },
    idleAgain,
  }
}

/** What honest clients find in so many milliseconds, and what the node needs for it. */
async function watch(
  node: NodeProcess,
  honest: Honest,
  milliseconds: number,
): Promise<{ readonly found: All; readonly most: number; readonly cpu: number }> {
  honest.reset()
  const [from, { cpuSeconds }] = [performance.now(), node.usage()]
  let most = 0
  while (performance.now() - from < milliseconds) {
    most = Math.max(most, node.usage().rssBytes / MEBIBYTE)
    await sleep(LOOK)
  }
  const cpu = ((node.usage().cpuSeconds - cpuSeconds) * 1000) / (performance.now() - from)
  return { found: honest.found(), most, cpu }
}

function startAttacker(
  attack: string,
  { url, address }: NodeProcess,
  folder: string,
): { readonly begun: Promise<unknown>; readonly kill: () => void } {
  mkdirSync(folder)
  const file = fileURLToPath(new URL('attacker.ts', import.meta.url))
  const args = [file, attack, url, address, folder, ...(isShort ? ['--short'] : [])]
  const child = endsWithUs(
    spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  const ended = once(child, 'close').then(() => {
    throw new Error(`the attacker has ended: ${attack}`)
  })
  ended.catch(() => undefined)
  const late = sleep(BEGIN).then(() => {
    throw new Error(`the attack has not begun: ${attack}`)
  })
  late.catch(() => undefined)
  const begun = Promise.race([once(child.stdout, 'data'), ended, late])
  return { begun, kill: () => child.kill('SIGKILL') }
}

/** Seconds until the node needs no more than half as much again as before, with the same clients. */
async function untilIdle(node: NodeProcess, cpu: number): Promise<number> {
  const from = performance.now()
  for (;;) {
    const at = performance.now()
    const { cpuSeconds } = node.usage()
    await sleep(2 * LOOK)
    const now = ((node.usage().cpuSeconds - cpuSeconds) * 1000) / (performance.now() - at)
    if (now <= cpu * 1.5 + 0.05 || performance.now() - from > CALM) return (at - from) / 1000
  }
}

function numbers(outcome: Outcome) {
  const { attack, idle, under, mebibytes, cpu, idleAgain } = outcome
  const clients = Object.fromEntries(
    Object.keys(idle).map((name) => [
      name,
      { idle: times(idle[name]), attack: times(under[name]) },
    ]),
  )
  return { attack, clients, mebibytes, cpu, idleAgain }
}

function times(found: Found | undefined) {
  const { milliseconds = [], errors = [] } = found ?? {}
  const [p50, p99] = [percentile(milliseconds, 0.5), percentile(milliseconds, 0.99)]
  return { count: milliseconds.length, errors: errors.length, p50, p99, first: errors[0] }
}

function report(outcomes: readonly Outcome[], seconds: number): string {
  const rows = outcomes.flatMap(({ attack, idle, under }) =>
    Object.keys(idle).map((name) => {
      const [was, is] = [times(idle[name]), times(under[name])]
      const isRead = READS.some((read) => read === name)
      return [
        `${attack}: ${name}`,
        String(is.count),
        String(was.errors),
        String(is.errors),
        digits(was.p50),
        digits(was.p99),
        digits(is.p50),
        digits(is.p99),
        `${digits(is.p99 / was.p99)}${isRead && is.p99 > 3 * was.p99 ? ' !' : ''}`,
      ]
    }),
  )
  const firsts = outcomes.flatMap(({ attack, under }) =>
    Object.entries(under).flatMap(([name, { errors }]) =>
      errors.length === 0 ? [] : [`${attack}: ${name}: ${errors.length} × ${errors[0]}`],
    ),
  )
  return [
    `doors: each attack for ${seconds} s by half of a processor; milliseconds of honest clients, idle → attacked`,
    table(['', 'answers', 'errors', '→', 'p50', 'p99', '→ p50', '→ p99', '× p99'], rows),
    '',
    table(
      ['', 'MiB idle', 'most', 'after', 'CPU idle', 'attacked', 'idle again, s'],
      outcomes.map(({ attack, mebibytes, cpu, idleAgain }) => [
        attack,
        ...[mebibytes.idle, mebibytes.most, mebibytes.after, cpu.idle, cpu.under].map(digits),
        digits(idleAgain),
      ]),
    ),
    ...firsts,
  ].join('\n')
}
