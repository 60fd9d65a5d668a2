import { describe, expect, it } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type {
  CertificationDetail,
  CertificationSummary,
  Receipt,
  Status,
} from '../../src/repository/repository.ts'
import { debianText } from '../support/debian-text.ts'
import { startNode } from '../support/program.ts'
import type { StartedNode } from '../support/program.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const ROUNDS = 5
const PER_ROUND = 48
/** The node is killed as soon as so many of a round are acknowledged: the rest is under way. */
const ACKNOWLEDGED = 12

// oxlint-disable-next-line typescript/no-unsafe-type-assertion typescript/no-unnecessary-type-parameters -- our own API's shapes
const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T

async function submit({ url }: StartedNode, signed: string): Promise<Receipt | undefined> {
  const answer = await fetch(`${url}/debian`, { method: 'POST', body: signed }).catch(
    () => undefined,
  )
  return answer?.status === 201 || answer?.status === 200 ? json<Receipt>(answer) : undefined
}

/** Posts all at once and kills the node in the middle; returns what it had acknowledged. */
async function burst(node: StartedNode, signed: readonly string[]): Promise<Map<string, Receipt>> {
  const acknowledged = new Map<string, Receipt>()
  await Promise.all(
    signed.map(async (text) => {
      const receipt = await submit(node, text)
      if (receipt === undefined) return
      acknowledged.set(text, receipt)
      if (acknowledged.size === ACKNOWLEDGED) node.child.kill('SIGKILL')
    }),
  )
  await node.ended
  return acknowledged
}

describe('a node that is killed in the middle of submissions', () => {
  it('has lost nothing that it acknowledged, and doubled nothing', async () => {
    const data = await temporaryDirectory()
    const carol = await rebuilder()
    const acknowledged = new Map<string, Receipt>()
    for (let round = 0; round < ROUNDS; round += 1) {
      const signed = await Promise.all(
        Array.from({ length: PER_ROUND }, (_, at) =>
          clearsign(debianText({ version: `${round}.${at}-1` }), [carol]),
        ),
      )
      const node = await startNode(data)
      const key = armorPublicKey(carol.publicKey.bytes)
      await fetch(`${node.url}/keys`, { method: 'POST', body: key })
      for (const [text, receipt] of await burst(node, signed)) acknowledged.set(text, receipt)
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED)

    const node = await startNode(data)
    for (const [text, receipt] of acknowledged) expect(await submit(node, text)).toEqual(receipt)
    const [debian] = (await json<Status>(await fetch(`${node.url}/status`))).collections
    const listed = await fetch(`${node.url}/certifications?limit=1000`)
    const found = await json<readonly CertificationSummary[]>(listed)
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    expect(debian).toMatchObject({ certifications: found.length, followed: debian?.length })
    const places = await Promise.all(
      found.map(async ({ url }) => {
        const detail = await json<CertificationDetail>(await fetch(`${node.url}${url}.json`))
        return detail.places.length
      }),
    )
    expect(places.every((count) => count === 1)).toBe(true)
    expect((await node.stop('SIGTERM')).code).toBe(0)
  })
})
