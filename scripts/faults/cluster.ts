/* Real nodes in processes of their own, peered over links that can be cut. */
import { createServer, connect, type Socket, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type NodeProcess, startNode } from '../bench/node-process.ts'

export interface Member {
  readonly name: string
  process: NodeProcess
  /** SIGKILL, and the same node again. */
  restart(): Promise<void>
}

/** Starts a node with a fixed port for peers, so that it comes back at the same address. */
export async function startMember(
  folder: string,
  name: string,
  flags: readonly string[],
): Promise<Member> {
  const p2p = ['--p2p', `/ip4/127.0.0.1/tcp/${await freePort()}`]
  const open = (): Promise<NodeProcess> => startNode(join(folder, name), [...p2p, ...flags])
  const member: Member = {
    name,
    process: await open(),
    async restart() {
      await member.process.kill()
      member.process = await open()
    },
  }
  return member
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

/** A way to a node that can be cut and refused. */
export interface Link {
  readonly address: string
  cut(): void
  heal(): void
  close(): void
}

/** @param address multiaddr of a node, with its peer id */
export async function openLink(address: string): Promise<Link> {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: address.replace(/\/tcp\/\d+/, `/tcp/${portOf(server)}`),
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    heal() {
      isCut = false
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** The ids of all certifications, each as often as it is listed. */
export async function idsOf({ process: { url } }: Member): Promise<readonly string[]> {
  const ids: string[] = []
  let next: string | undefined = `${url}/certifications?limit=1000`
  while (next !== undefined) {
    const answer: Response = await fetch(next)
    for (const [, id = ''] of (await answer.text()).matchAll(/"id":"([0-9a-f]{64})"/g)) ids.push(id)
    const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    next = link === undefined ? undefined : new URL(link, url).href
  }
  return ids
}

/** Waits until every member has exactly these, and gives the seconds that took. */
export async function converge(
  members: readonly Member[],
  ids: ReadonlySet<string>,
  patience: number,
): Promise<number> {
  const from = performance.now()
  const wanted = [...ids].toSorted().join()
  for (const member of members)
    for (;;) {
      const there = await idsOf(member)
      const distinct = new Set(there)
      if (there.length !== distinct.size) throw new Error(`${member.name} lists one twice`)
      if ([...distinct].toSorted().join() === wanted) break
      if (performance.now() - from > patience)
        throw new Error(`${member.name} has ${distinct.size} of ${ids.size} certifications`)
      await sleep(100)
    }
  return (performance.now() - from) / 1000
}

/** Asks every member the same questions; throws if one answers otherwise than the first. */
export async function sameAnswers(
  members: readonly Member[],
  questions: readonly string[],
): Promise<void> {
  for (const question of questions) {
    const answers = await Promise.all(
      members.map(async ({ process: { url } }) => (await fetch(`${url}${question}`)).text()),
    )
    const other = answers.findIndex((answer) => answer !== answers[0])
    if (other >= 0)
      throw new Error(`${members[0]?.name} and ${members[other]?.name} differ in ${question}`)
  }
}
