import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { SETTINGS } from '../http/door.ts'
import { openTestNode, type TestNode } from '../support/network.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

/** The HTTP door of a node on a real port. */
async function urlOf(node: TestNode, port = 0): Promise<string> {
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port })
}

/** Something that answers at a URL as a node with that status does. */
async function answering(status: () => unknown): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(status()))
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

const isConnected = (node: TestNode, to: TestNode): boolean =>
  node.network.view
    .peers()
    .some(
      ({ peerId, connected, configured }) =>
        peerId === to.identity.peerId && connected && configured,
    )
const statusOf = ({ identity: { peerId }, address }: TestNode) => ({ peerId, addresses: [address] })

describe('a peer that is named by the URL of its HTTP API', () => {
  it('is asked there for its addresses, and dialled', async () => {
    const there = await openTestNode()
    const node = await openTestNode({ peers: [await urlOf(there)] })
    await until(() => isConnected(node, there))
  })

  it('is found again after a restart although nobody answers there any more', async () => {
    const there = await openTestNode()
    let status: unknown = statusOf(there)
    const url = await answering(() => status)
    const data = await temporaryDirectory()
    const first = await openTestNode({ data })
    expect(await first.network.book.add(url)).toEqual({
      peerId: there.identity.peerId,
      failure: null,
    })
    await until(() => isConnected(first, there))
    await first.stop()
    status = { title: 'gone' }
    const node = await openTestNode({ data })
    await until(() => isConnected(node, there))
  })

  it('is noted while nobody answers, asked again, and connected when it is there', async () => {
    const there = await openTestNode()
    let status: unknown = { title: 'not yet' }
    const url = await answering(() => status)
    const node = await openTestNode({ peers: [url] })
    await until(() => node.network.view.advice().some((sentence) => sentence.includes(url)))
    status = statusOf(there)
    await until(() => isConnected(node, there))
    expect(node.network.view.advice().some((sentence) => sentence.includes(url))).toBe(false)
  })

  it('must stay the same node: another peer id at its URL is refused with a sentence', async () => {
    const data = await temporaryDirectory()
    const [there, other] = [await openTestNode(), await openTestNode()]
    let status = statusOf(there)
    const url = await answering(() => status)
    const first = await openTestNode({ data })
    await first.network.book.add(url)
    await until(() => isConnected(first, there))
    status = statusOf(other)
    const again = await first.network.book.add(url)
    expect(again.peerId).toBe(there.identity.peerId)
    expect(again.failure).toContain(`its peer id is ${other.identity.peerId}`)
    expect(again.failure).toContain(`peers remove ${url}`)
    expect(isConnected(first, other)).toBe(false)

    expect(await first.network.book.remove(url)).toBe(true)
    await until(() => !isConnected(first, there))
    expect((await first.network.book.add(url)).peerId).toBe(other.identity.peerId)
    await until(() => isConnected(first, other))
  })

  it('moves: when its addresses do not answer, its URL is asked again', async () => {
    const data = await temporaryDirectory()
    const before = await openTestNode({ data })
    const node = await openTestNode()
    let status = statusOf(before)
    const url = await answering(() => status)
    await node.network.book.add(url)
    await until(() => isConnected(node, before))
    await before.stop()
    const after = await openTestNode({ data })
    status = statusOf(after)
    expect(after.address).not.toBe(before.address)
    await node.network.book.add(url)
    await until(() => isConnected(node, after))
  })

  it('is refused if it is this node itself, or no node at all', async () => {
    const node = await openTestNode()
    const own = await urlOf(node)
    await expect(node.network.book.add(own)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    const nothing = await answering(() => ({ hello: 'world' }))
    await expect(node.network.book.add(nothing)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    })
    expect(node.network.view.peers()).toEqual([])
    expect(node.network.view.advice().some((sentence) => sentence.includes(nothing))).toBe(false)
  })

  it('is refused at the address of a page of a node, with the address to give', async () => {
    const url = await urlOf(await openTestNode())
    const node = await openTestNode()
    for (const path of ['/network', '/peers/', '/certifications'])
      await expect(node.network.book.add(`${url}${path}`)).rejects.toMatchObject({
        code: 'ANSWER_UNEXPECTED',
        message: expect.stringContaining(`give ${url}, or`) as unknown,
      })
    expect(node.network.view.advice().some((sentence) => sentence.includes(url))).toBe(false)
  })

  it('is removed by its peer id as well', async () => {
    const there = await openTestNode()
    const node = await openTestNode()
    await node.network.book.add(await urlOf(there))
    await until(() => isConnected(node, there))
    expect(await node.network.book.remove(there.identity.peerId)).toBe(true)
    await until(() => !isConnected(node, there))
    expect(node.network.view.peers()).toEqual([])
  })
})
