import { describe, expect, test } from 'vitest'
import { openNodes } from '../../../src/cli/nodes/nodes.ts'
import type { Repository } from '../../../src/contract/repository.ts'
import { openDoor } from '../../http/door.ts'
import { fakeNode } from '../../support/fake-node.ts'

const askAll = (...nodes: readonly string[]) =>
  openNodes({ values: { node: nodes }, positionals: [], json: false })

/** The address of a real node. */
async function realNode(): Promise<string> {
  const { app } = await openDoor()
  return app.listen({ host: '127.0.0.1', port: 0 })
}

/** What hangs up on everybody, and how many came. */
async function silentNode() {
  let came = 0
  const url = await fakeNode((request) => {
    came += 1
    request.socket.destroy()
  })
  return { url, came: () => came }
}

const collectionsOf = async (node: Repository): Promise<number> =>
  (await node.status()).collections.length

describe('of several nodes', () => {
  test('the first that answers is asked, and every later question goes to that one alone', async () => {
    const silent = await silentNode()
    const ask = askAll(silent.url, await realNode())
    expect(await ask(collectionsOf)).toBeGreaterThan(0)
    expect(silent.came()).toBeGreaterThan(0)
    const before = silent.came()
    expect(await ask(collectionsOf)).toBeGreaterThan(0)
    expect(silent.came()).toBe(before)
  })

  test('the next is not asked where one has answered with no', async () => {
    const next = await silentNode()
    const ask = askAll(await realNode(), next.url)
    await expect(ask((node) => node.find({ after: 'x' }))).rejects.toMatchObject({
      code: 'QUERY_INVALID',
    })
    expect(next.came()).toBe(0)
  })

  test('each is named with its reason where none answers', async () => {
    const [one, other] = [await silentNode(), await silentNode()]
    const failure: unknown = await askAll(
      one.url,
      other.url,
    )(collectionsOf).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'NODE_UNREACHABLE' })
    for (const { url } of [one, other]) expect(String(failure)).toContain(url)
  })
})

test('what is no address of a node is refused before anybody is asked', () => {
  expect(() => askAll('ftp://node.example')).toThrow(expect.objectContaining({ code: 'USAGE' }))
})
