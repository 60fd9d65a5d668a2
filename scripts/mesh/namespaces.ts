/*
 * Machines that are none: network namespaces, each with a cable to one switch, so that packets can be lost without a word. Nothing of
 * it has a name: all of it goes when the processes in it have ended, however they and this one end.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { endsWithUs } from '../bench/ends-with-us.ts'

/** Public addresses, each machine's in a /16 of its own: 45.1.0.1, 45.2.0.1 … */
const NETWORK = '45.0.0.0/8'
const addressOf = (at: number): string => `45.${at + 1}.0.1`
const cableOf = (at: number): string => `02:00:00:00:00:${(at + 1).toString(16).padStart(2, '0')}`
/** Behind it is the rest of the world, if there is one. */
const GATEWAY = { address: '45.255.0.1', cable: '02:00:00:00:00:ff' } as const
/** Nobody's: what is sent there is lost. */
const NOWHERE = '02:00:00:00:ff:00'
const MOST_MACHINES = 100
/** Networks of the doors, 198.18.N.0/24 (RFC 2544): this process asks nodes there, and they cannot reach each other. */
const MOST_SWITCHES = 256

export interface Namespaces {
  /** Addresses of the machines among each other. */
  readonly addresses: readonly string[]
  /** Addresses by which this process reaches the machines. */
  readonly doors: readonly string[]
  /** The beginning of a command that is run in a machine, and does not outlive this process. */
  readonly inside: (at: number) => readonly string[]
  /** The same in the one machine that has all addresses of the world but those of the others. @throws Error if there is none */
  readonly elsewhere: () => { readonly door: string; readonly inside: readonly string[] }
  /** From now on nothing passes between those and these, and nobody is told. */
  readonly cut: (ones: readonly number[], others: readonly number[]) => void
  readonly heal: (ones: readonly number[], others: readonly number[]) => void
  /** Whatever runs in it has to have ended. */
  readonly close: () => Promise<void>
}

/** Why there can be none here, in a sentence; `undefined`: there can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has network namespaces'
  if (process.getuid?.() !== 0) return 'only root can lay a cable into a network namespace'
  const cable = ['link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other']
  for (const what of [cable, ['link', 'add', 'switch', 'type', 'bridge']]) {
    const { status, stderr, error } = run('unshare', ['--net', 'ip', ...what])
    if (status !== 0) return `no network namespaces here: ${error?.message ?? stderr.trim()}`
  }
  const { error } = run('setpriv', ['--version'])
  return error === undefined ? undefined : 'there is no setpriv (util-linux)'
}

/**
 * Lays the cables. Whoever opens it closes it.
 * @param count of machines
 * @param withWorld one more machine answers for every other address of the world
 * @throws Error if the system refuses, see {@link whyNoNamespaces}
 */
export async function openNamespaces(count: number, withWorld = false): Promise<Namespaces> {
  if (count > MOST_MACHINES) throw new Error(`at most ${MOST_MACHINES} machines`)
  const [hub, ...machines] = await Promise.all(
    Array.from({ length: count + (withWorld ? 2 : 1) }, openNamespace),
  )
  if (hub === undefined) throw new Error('no switch')
  const number = layDoors(hub)
  const doorOf = (at: number): string => `198.18.${number}.${at + 2}`
  for (const [at, machine] of machines.entries()) {
    connect(hub, machine, { at, cable: at < count ? cableOf(at) : GATEWAY.cable })
    ip(machine, [
      'link set lo up',
      `address add ${doorOf(at)}/24 dev door`,
      'link set door up',
      `address add ${at < count ? addressOf(at) : GATEWAY.address}/32 dev eth0`,
      'link set eth0 up',
      ...(at < count ? asMachine(at, count) : asWorld(count, number)),
    ])
  }
  const inside = (at: number): readonly string[] => insideOf(machines[at])

  function between(
    [ones, others]: readonly [readonly number[], readonly number[]],
    cable: (at: number) => string,
  ): void {
    for (const [from, to] of [
      ...ones.map((one) => [one, others] as const),
      ...others.map((one) => [one, ones] as const),
    ])
      ip(
        machines[from],
        to.map(
          (at) => `neighbour replace ${addressOf(at)} lladdr ${cable(at)} nud permanent dev eth0`,
        ),
      )
  }

  return {
    addresses: Array.from({ length: count }, (_, at) => addressOf(at)),
    doors: Array.from({ length: count }, (_, at) => doorOf(at)),
    inside,
    elsewhere() {
      if (!withWorld) throw new Error('there is no world around these machines')
      return { door: doorOf(count), inside: inside(count) }
    },
    cut: (...sides) => between(sides, () => NOWHERE),
    heal: (...sides) => between(sides, cableOf),
    async close() {
      await Promise.all([hub, ...machines].map(({ close }) => close()))
    },
  }
}

interface Namespace {
  /** Of the process that keeps it. */
  readonly pid: number
  readonly close: () => Promise<void>
}

/** It is there as long as a process waits in it, for an end of its input that comes with the end of this process. */
async function openNamespace(): Promise<Namespace> {
  const keeper = endsWithUs(
    spawn('unshare', ['--net', 'sh', '-c', 'echo open; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  const ended = once(keeper, 'close')
  const said = await Promise.race([once(keeper.stdout, 'data'), ended.then(() => undefined)])
  const { pid } = keeper
  if (said === undefined || pid === undefined) throw new Error('no network namespace')
  return {
    pid,
    async close() {
      keeper.kill('SIGKILL')
      await ended
    },
  }
}

/** The bridges of the switch: one of the machines, one of their doors. @returns the number of the network of the doors */
function layDoors(hub: Namespace): number {
  ip(hub, [
    'link add mesh type bridge mcast_snooping 0',
    'link set mesh up',
    'link add doors type bridge mcast_snooping 0',
    'link set doors up',
  ])
  for (let number = 0; number < MOST_SWITCHES; number += 1) {
    const name = `csdoors${number}`
    // somebody else's is taken: a name is given once
    const made = run('ip', `link add ${name} type veth peer name out netns ${hub.pid}`.split(' '))
    if (made.status !== 0) continue
    ip(undefined, [`address add 198.18.${number}.1/24 dev ${name}`, `link set ${name} up`])
    ip(hub, ['link set out master doors up'])
    return number
  }
  throw new Error('no network is left for doors')
}

function connect(
  hub: Namespace,
  { pid }: Namespace,
  { at, cable }: { readonly at: number; readonly cable: string },
): void {
  ip(hub, [
    `link add m${at} type veth peer name eth0 address ${cable} netns ${pid}`,
    `link set m${at} master mesh up`,
    `link add d${at} type veth peer name door netns ${pid}`,
    `link set d${at} master doors up`,
    `link set d${at} type bridge_slave isolated on`,
  ])
}

/** Who is where never has to be asked: a question that nobody answers would be noticed. */
function asMachine(at: number, count: number): readonly string[] {
  const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== at)
  const known = others.map((other) => ({ address: addressOf(other), cable: cableOf(other) }))
  return [
    `route add ${NETWORK} dev eth0`,
    `route add default via ${GATEWAY.address} dev eth0 onlink`,
    ...[...known, GATEWAY].map(
      ({ address, cable }) => `neighbour add ${address} lladdr ${cable} nud permanent dev eth0`,
    ),
  ]
}

function asWorld(count: number, number: number): readonly string[] {
  return [
    `route add ${NETWORK} dev eth0 table local`,
    `route add 198.18.${number}.0/24 dev door table local`,
    'route add local 0.0.0.0/0 dev lo table local',
    ...Array.from(
      { length: count },
      (_, at) => `neighbour add ${addressOf(at)} lladdr ${cableOf(at)} nud permanent dev eth0`,
    ),
  ]
}

const insideOf = (namespace: Namespace | undefined): readonly string[] => {
  if (namespace === undefined) throw new Error('there is no such machine')
  return ['setpriv', '--pdeathsig', 'KILL', 'nsenter', `--net=/proc/${namespace.pid}/ns/net`]
}

/** Commands of `ip`, in that namespace or in this process's own. @throws Error with what it says */
function ip(namespace: Namespace | undefined, commands: readonly string[]): void {
  const [program, ...args] = [
    ...(namespace === undefined ? [] : insideOf(namespace)),
    'ip',
    '-batch',
    '-',
  ]
  const { status, stderr } = run(program, args, `${commands.join('\n')}\n`)
  if (status !== 0) throw new Error(`ip: ${stderr}`)
}

const run = (program: string, args: readonly string[], input = '') =>
  spawnSync(program, args, { encoding: 'utf8', input })
