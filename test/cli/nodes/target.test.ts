import { describe, expect, onTestFinished, test } from 'vitest'
import { openTarget } from '../../../src/cli/nodes/target.ts'
import { buildServer } from '../../../src/http/server.ts'
import { helloOf, openDoor, SETTINGS } from '../../http/door.ts'
import { fakeNode } from '../../support/fake-node.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'

const saying = (words: string): unknown => expect.stringContaining(words)

describe('the collection of a file', () => {
  test('is the one of its dialect', async () => {
    const { app } = await openDoor()
    const target = openTarget(await app.listen({ host: '127.0.0.1', port: 0 }))
    expect(await target.collectionFor('debian')).toBe('debian')
    expect(await target.collectionFor('jvm')).toBe('maven')
  })

  test('cannot be known where there is none of its dialect, or more than one', async () => {
    const repository = await openTestRepository({
      collections: [
        { name: 'stable', dialect: 'debian', admit: 'any' },
        { name: 'testing', dialect: 'debian', admit: 'any' },
      ],
    })
    const app = buildServer(repository, SETTINGS)
    onTestFinished(() => app.close())
    const target = openTarget(await app.listen({ host: '127.0.0.1', port: 0 }))
    await expect(target.collectionFor('jvm')).rejects.toMatchObject({
      code: 'COLLECTION_UNKNOWN',
      message: saying('dialect = "jvm"'),
    })
    await expect(target.collectionFor('debian')).rejects.toMatchObject({
      code: 'USAGE',
      message: saying('stable, testing'),
    })
  })

  test('is asked of the node once for all files', async () => {
    const { repository } = await openDoor()
    let asked = 0
    const status = JSON.stringify(await repository.status())
    const url = await fakeNode((_request, response) => {
      asked += 1
      response.setHeader('content-type', 'application/json')
      response.end(status)
    })
    const target = openTarget(url)
    await Promise.all([target.collectionFor('debian'), target.collectionFor('jvm')])
    expect(asked).toBe(1)
  })
})

describe('of many files', () => {
  const one = { collection: 'debian', bytes: helloOf('alice') }

  test('only the first waits for a node that does not answer', async () => {
    let came = 0
    const { repository } = openTarget(
      await fakeNode((request) => {
        came += 1
        request.socket.destroy()
      }),
    )
    const first: unknown = await repository.submit(one).catch((error: unknown) => error)
    expect(first).toMatchObject({ code: 'NODE_UNREACHABLE' })
    const before = came
    expect(before).toBeGreaterThan(0)
    expect(await repository.submit(one).catch((error: unknown) => error)).toBe(first)
    expect(came).toBe(before)
  })

  test('each is sent to a node that refuses the one before', async () => {
    const { app } = await openDoor()
    const { repository } = openTarget(await app.listen({ host: '127.0.0.1', port: 0 }))
    const nothing = { collection: 'debian', bytes: Buffer.from('nothing') }
    await expect(repository.submit(nothing)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' })
    expect(await repository.submit(one)).toMatchObject([{ status: 'waiting' }])
  })
})
