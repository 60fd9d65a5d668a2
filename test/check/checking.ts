import { check, type Policy, type Subject } from '../../src/check/check.ts'
import { HELLO } from '../support/program.ts'
import { ALICE, BOB, type Door, openDoor, submitHello } from '../http/door.ts'

export const HONEST = `${HELLO}/alice/hello_2.10-3_amd64.deb`
export const TROJAN = `${HELLO}/mallory/hello_2.10-3_amd64.deb`

export const listening = async ({ app }: Door): Promise<string> =>
  app.listen({ host: '127.0.0.1', port: 0 })

/** A node with hello by alice, bob and mallory. */
export async function helloNode() {
  const door = await openDoor()
  const ids = await submitHello(door.app)
  return { ...door, ids, node: await listening(door) }
}

export const policyOf = (
  operators: Readonly<Record<string, string>>,
  threshold: number,
): Policy => ({
  threshold,
  operators: Object.entries(operators).map(([name, key]) => ({ name, keys: [key] })),
  rules: [],
  contradiction: 'block',
  unreachable: 'block',
  insufficient: 'block',
  unknown: 'block',
  nodes: [],
})
export const POLICY = policyOf({ alice: ALICE, bob: BOB }, 2)

export async function checkOne(subject: Subject, nodes: readonly string[], policy = POLICY) {
  const { results, sources } = await check([subject], { policy, nodes, patience: 1_000 })
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return { result, failures: sources.map(({ failure }) => failure) }
}

export const looksUp = (url: string | undefined): boolean => url === '/artifacts/lookup'
