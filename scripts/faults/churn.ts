/* A mesh of which somebody always dies: whoever is left stays one. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openCorpus } from '../bench/corpus.ts'
import { makeCheapSigners } from '../bench/signer.ts'
import { sized } from '../bench/sized.ts'
import { digits, percentile } from '../bench/statistics.ts'
import { inTemporaryFolder } from '../bench/temporary-folder.ts'
import { type Mesh, type MeshNode, openMesh } from '../mesh/mesh.ts'
import { everywhere, take } from '../mesh/questions.ts'

const NODES = sized(20, 6)
const SECONDS = sized(300, 40)
/** Between two deaths, and until the dead one is back, in milliseconds, with up to as much again. */
const LIFE = 2_500
const AWAY = sized(5_000, 3_000)
/** Where starts take long: so many of all are there before another one dies. */
const LEAST_ALIVE = 2 / 3
/** Between two submissions. */
const PAUSE = 5_000
/** For what one takes to be at all that were there all the time, in milliseconds. */
const PATIENCE = sized(90_000, 60_000)

interface Member {
  node: MeshNode
  /** Since when it was always there; `undefined`: it is dead. */
  since: number | undefined
}

/** Nodes of which each was told the URL of the one before it; every few seconds a random one dies by kill -9, and comes back. @param seconds for how long */
export async function churn(seconds = SECONDS): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const mesh = await openMesh({ count: NODES, folder })
    try {
      return await die(mesh, seconds)
    } finally {
      await mesh.close()
    }
  })
}

async function die(mesh: Mesh, seconds: number): Promise<string> {
  const members: Member[] = []
  for (let at = 0; at < NODES; at += 1) {
    const told = members.slice(-1).flatMap(({ node }) => ['--peer', node.url])
    members.push({ node: await mesh.start(at, told), since: performance.now() })
  }
  const end = performance.now() + seconds * 1000
  const deaths = killing(mesh, members, end)
  const takes = taking(members, end)
  const [count, { ids, delays }] = await Promise.all([deaths, takes])
  const all = members.map(({ node }) => node)
  const from = performance.now()
  for (const id of ids) await everywhere(all, id, PATIENCE)
  const whole = (performance.now() - from) / 1000
  return [
    `churn: ${NODES} nodes${mesh.namespaces === undefined ? ' on loopback' : ', each on a machine of its own'}, ${count} deaths in ${seconds} s`,
    `${ids.length} certifications, each taken by a random one; all that were there meanwhile had it after ${digits(percentile(delays, 0.5))} s (p50), ${digits(Math.max(...delays))} s at most`,
    `all ${NODES} have all ${ids.length} ${digits(whole)} s after the last came back; lost 0`,
  ].join('\n')
}

/** @returns how many died; all are back */
async function killing(mesh: Mesh, members: readonly Member[], end: number): Promise<number> {
  const returning: Promise<void>[] = []
  async function dieAndReturn(member: Member): Promise<void> {
    member.since = undefined
    await member.node.process.kill()
    await sleep(AWAY * (1 + Math.random()))
    member.node = await mesh.start(member.node.at)
    member.since = performance.now()
  }
  while (performance.now() < end) {
    await sleep(LIFE * (1 + Math.random()))
    const alive = members.filter(({ since }) => since !== undefined)
    const victim = alive.length > LEAST_ALIVE * NODES ? oneOf(alive) : undefined
    if (victim !== undefined) returning.push(dieAndReturn(victim))
  }
  await Promise.all(returning)
  return returning.length
}

interface Taken {
  readonly ids: readonly string[]
  /** Seconds until the last of those that were there all the time had it. */
  readonly delays: readonly number[]
}

/** Submits to somebody who is there, again and again. @throws Error when somebody who was there all the time has not got it in time */
async function taking(members: readonly Member[], end: number): Promise<Taken> {
  const corpus = await openCorpus(await makeCheapSigners(3))
  const ids: string[] = []
  const arrivals: Promise<number>[] = []
  for (let at = 0; performance.now() < end; at += 1) {
    const [made] = await corpus.makeOf('debian', { from: at, count: 1 })
    const taker = oneOf(members.filter(({ since }) => since !== undefined))
    if (made === undefined || taker === undefined) throw new Error('nobody is left')
    // it may die before it has answered: then nobody was told that it was taken
    const id = await take(taker.node, made).catch(() => undefined)
    if (id !== undefined) {
      ids.push(id)
      const one = arrival(members, id)
      // it is awaited later
      one.catch(() => undefined)
      arrivals.push(one)
    }
    await sleep(PAUSE)
  }
  return { ids, delays: await Promise.all(arrivals) }
}

async function arrival(members: readonly Member[], id: string): Promise<number> {
  const from = performance.now()
  await Promise.all(
    members.map(async (member) => {
      const { node, since } = member
      if (since === undefined) return
      await everywhere([node], id, PATIENCE).catch((error: unknown) => {
        // whoever died meanwhile has to have it in the end, and no sooner
        if (member.since === since) throw error
      })
    }),
  )
  return (performance.now() - from) / 1000
}

function oneOf<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)]
}
