import { describe, expect, onTestFinished, test } from 'vitest'
import type { SentEvent } from '../../../src/contract/event.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { signed, submitTo } from '../../support/submission.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

async function opened(): Promise<OpenRepository> {
  const node = await openTestData(await temporaryDirectory())
  onTestFinished(() => node.close())
  return node
}

const submit = async (node: OpenRepository, version: string): Promise<string> =>
  (await submitTo(node, await signed({ version }))).id

/** All that is told behind `after` until who is connected, which comes last. */
async function told(node: OpenRepository, after: string): Promise<readonly SentEvent[]> {
  const stop = new AbortController()
  const all: SentEvent[] = []
  for await (const one of node.repository.events(after, stop.signal)) {
    if (one.event.kind === 'peers') break
    all.push(one)
  }
  stop.abort()
  return all
}

const namesOf = (events: readonly SentEvent[]): readonly string[] =>
  events.flatMap(({ event }) => {
    if (event.kind === 'certification') return [`${event.kind} ${event.certification.id}`]
    if (event.kind === 'agreement') return [`${event.kind} ${event.path}`]
    if (event.kind === 'evidence') return [`${event.kind} ${event.feed} ${event.evidence}`]
    return 'id' in event ? [`${event.kind} ${event.id}`] : []
  })

describe('a cursor', () => {
  test('comes first, and behind it comes what was told since', async () => {
    const node = await opened()
    const first = await submit(node, '1')
    const cursor = node.repository.cursor()
    const second = await submit(node, '2')
    const since = await told(node, cursor)
    expect(since[0]).toEqual({ event: { kind: 'cursor' }, cursor })
    expect(namesOf(since)).toEqual([`certification ${second}`, 'agreement hello/2'])
    expect(namesOf(await told(node, ''))).toContain(`certification ${first}`)
  })

  test('stands behind the last of the events that belong together', async () => {
    const node = await opened()
    await submit(node, '1')
    const events = (await told(node, '')).slice(1)
    expect(events.map(({ event, cursor }) => [event.kind, cursor])).toEqual([
      ['certification', undefined],
      ['agreement', node.repository.cursor()],
    ])
  })

  test('of other indexes, or ahead of what is here, stands before the first', async () => {
    const node = await opened()
    const id = await submit(node, '1')
    const [epoch = '', number] = node.repository.cursor().split('-')
    for (const cursor of [`${'0'.repeat(16)}-${number}`, `${epoch}-${Number(number) + 1}`])
      expect(namesOf(await told(node, cursor))).toContain(`certification ${id}`)
    expect(namesOf(await told(node, `${epoch}-${number}`))).toEqual([])
  })

  test.each(['x', '1', `${'a'.repeat(16)}-`, `${'A'.repeat(16)}-1`, `${'a'.repeat(16)}-1x`])(
    'that is none is refused: %s',
    async (after) => {
      const node = await opened()
      await expect(told(node, after)).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    },
  )
})

describe('what is told later', () => {
  test('is what stands there then: a certification that is withheld is told by its id alone', async () => {
    const node = await opened()
    const id = await submit(node, '1')
    await node.withhold({ ids: [id] }, { reason: 'a test', code: 'spam' })
    expect(namesOf(await told(node, ''))).toEqual([`withholding ${id}`])
    await node.restoreWithheld([id])
    expect(namesOf(await told(node, '')).at(-1)).toBe(`restoration ${id}`)
  })

  test('is evidence against a feed, once as long as nothing else was told', async () => {
    const node = await opened()
    const feed = 'aa'.repeat(32)
    await node.noteEvidence(feed, 'fork')
    const cursor = node.repository.cursor()
    await node.noteEvidence(feed, 'fork')
    expect(node.repository.cursor()).toBe(cursor)
    expect(namesOf(await told(node, ''))).toEqual([`evidence ${feed} fork`])
    await node.noteEvidence(feed, 'two-roots')
    expect(namesOf(await told(node, ''))).toHaveLength(2)
  })
})
