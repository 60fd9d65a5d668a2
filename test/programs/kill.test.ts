import { describe, expect, it } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Status } from '../../src/contract/status.ts'
import type { Receipt } from '../../src/contract/submission.ts'
import type { CertificationDetail, CertificationSummary } from '../../src/contract/certification.ts'
import { debianText } from '../support/debian-text.ts'
import { listenTo, type ReceivedEvent } from '../support/event-source.ts'
import { type StartedNode, startNode } from '../support/program.ts'
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
    const told = new Set<string>()
    let cursor = '0'
    const note = (events: readonly ReceivedEvent[]): void => {
      for (const { id, kind, data: said } of events) {
        if (id !== undefined) cursor = id
        if (kind === 'certification') told.add(JSON.stringify(said).slice(24, 88))
      }
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      const signed = await Promise.all(
        Array.from({ length: PER_ROUND }, (_, at) =>
          clearsign(debianText({ version: `${round}.${at}-1` }), [carol]),
        ),
      )
      const node = await startNode(data)
      const key = armorPublicKey(carol.publicKey.bytes)
      await fetch(`${node.url}/keys`, { method: 'POST', body: key })
      const listening = (await listenTo(node.url, `?after=${cursor}`)).rest()
      for (const [text, receipt] of await burst(node, signed)) acknowledged.set(text, receipt)
      note(await listening)
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED)

    const node = await startNode(data)
    // whoever listened all the time, from one cursor to the next, has heard of everything
    const source = await listenTo(node.url, `?after=${cursor}`)
    const isTold = (): boolean => [...acknowledged.values()].every(({ id }) => told.has(id))
    while (!isTold()) note(await source.until(() => true))
    source.close()
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
