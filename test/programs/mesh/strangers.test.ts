// What strangers do to a mesh who have many identities, and addresses all over the world.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test, type TestContext } from 'vitest'
import { dialledPlace, scopeOfAddress } from '../../../src/network/exchange/dial-address.ts'
import type { MeshNode } from '../../../scripts/mesh/mesh.ts'
import { openStar } from '../../../scripts/mesh/star.ts'
import { within } from '../../../scripts/mesh/questions.ts'
import {
  eachWithin,
  LIMIT,
  openTestMesh,
  PATIENCE,
  peersOf,
  type TestMesh,
  whyNoSilence,
} from '../../support/mesh.ts'
import { ROOT } from '../../support/program.ts'

/** Between two dials to one network, in milliseconds; a second less, since a busy machine notes one late. */
const REST = 9_000
/** Dials that are waited for. */
const DIALS = 40
const VICTIM = '99.9.0.0/16'

interface Dial {
  readonly to: string
  readonly at: number
}

/** The attacker of scripts/mesh/liars.ts, once he has told that node all that he has made. */
async function openLiars(
  { onTestFinished }: TestContext,
  mesh: TestMesh,
  node: MeshNode,
): Promise<readonly Dial[]> {
  const [command, ...args] = [...(mesh.namespaces?.elsewhere().inside ?? []), process.execPath]
  const address = node.process.address
  const child = spawn(command, [...args, '--import', 'tsx', 'scripts/mesh/liars.ts', address], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const dials: Dial[] = []
  const told = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it says in its head
      const said = JSON.parse(line) as Dial | { readonly told: number }
      if ('told' in said) resolve()
      else dials.push(said)
    })
  })
  await Promise.race([told, ended.then(() => Promise.reject(new Error('the attacker has ended')))])
  return dials
}

const placeOf = ({ to }: Dial): string => dialledPlace(`/ip4/${to}/tcp/8001`)

describe.skipIf(whyNoSilence !== undefined)(
  `strangers of many networks (${whyNoSilence ?? 'in network namespaces'})`,
  { timeout: LIMIT },
  () => {
    test('50 identities with 5,000 records of 5,000 networks neither cut a node off from two honest ones, nor fill its list, nor make it dial its own house, or a victim twice in ten seconds', async (context) => {
      const mesh = await openTestMesh(context, { count: 5, withWorld: true })
      const { hub, leaves } = await openStar(mesh, 4, false)
      const [one, other, before] = leaves
      await mesh.isEverywhere(hub, leaves)
      await hub.process.kill()
      const dials = await openLiars(context, mesh, before!)
      // it has lost every connection, and whom its operator named is dead
      await before!.process.kill()
      const node = await mesh.start(before!.at)
      const since = Date.now()
      await eachWithin(PATIENCE, ['it is connected with both', [node]], async () => {
        const peers = await peersOf(node)
        return [one, other].every((honest) => peers.includes(honest!.peerId))
      })
      await mesh.isEverywhere(one!, [other!, node])
      const newcomer = await mesh.start(4, ['--peer', node.url])
      await within(PATIENCE, 'the newcomer is on the list', async () =>
        (await node.known()).some(({ peerId }) => peerId === newcomer.peerId),
      )
      const known = await node.known()
      expect(known.length).toBeGreaterThan(100)
      expect(known.length).toBeLessThanOrEqual(1_000)

      // what it did before it died is forgotten
      const lately = (): readonly Dial[] => dials.filter(({ at }) => at >= since)
      const ofVictim = (): readonly Dial[] => lately().filter((dial) => placeOf(dial) === VICTIM)
      await within(PATIENCE, 'it has dialled', async () => {
        return lately().length >= DIALS && ofVictim().length >= 3
      })
      const last = new Map<string, number>()
      for (const dial of lately()) {
        expect(scopeOfAddress(`/ip4/${dial.to}/tcp/8001`)).toBe('public')
        expect(dial.at - (last.get(placeOf(dial)) ?? -Infinity)).toBeGreaterThan(REST)
        last.set(placeOf(dial), dial.at)
      }
    })
  },
)
