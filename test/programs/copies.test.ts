import { expect, test } from 'vitest'
import { countersign, HELLO, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const FILE = `${HELLO}/alice/hello_2.10-3_amd64.buildinfo`
const OTHER = `${HELLO}/bob/hello_2.10-3_amd64.buildinfo`
const keyOf = (name: string): string => `${HELLO}/${name}.asc`

const addressIn = (out: string): string => /\/ip4\/\S+\/p2p\/\w+/.exec(out)?.[0] ?? ''

test('submit waits until other nodes have it, and status says who has not, and whether the node may go', async () => {
  const [one, other] = [
    await startNode(await temporaryDirectory(), [], { patience: 120_000 }),
    await startNode(await temporaryDirectory(), [], { patience: 120_000 }),
  ]
  const data = await temporaryDirectory()
  const alone = await startNode(data, ['--min-copies', '1'], { patience: 120_000 })
  const at = ['--to', alone.url]
  const few = await countersign([
    'submit',
    FILE,
    '--key',
    keyOf('alice'),
    ...at,
    '--copies',
    '1',
    '--wait',
    '0',
  ])
  expect(few.code).toBe(1)
  expect(few.err).toContain('it was taken, but no other node is known to have it after 0 s')
  const asked = ['status', '--node', alone.url]
  const short = await countersign([...asked, '--copies', '1'])
  expect(short.code).toBe(1)
  expect(short.err).toContain('(debian, written here): no other node has all of it, wanted is 1')
  expect(short.err).toContain('There are fewer copies than min-copies wants')
  const unsafe = await countersign([...asked, '--safe-to-leave'])
  expect(unsafe.code).toBe(1)
  expect(short.out).toContain(
    'Only peers that you named count, and those for whose feeds they vouch',
  )
  expect(unsafe.out).toContain('This would be lost with this node:')

  for (const peer of [one, other])
    await countersign(['peers', 'add', addressIn(peer.said().out), '--data', data])
  const both = await countersign([
    'submit',
    OTHER,
    '--key',
    keyOf('bob'),
    ...at,
    '--copies',
    '2',
    '--wait',
    '50',
  ])
  expect([both.code, both.err]).toEqual([0, ''])
  const third = await countersign(['submit', OTHER, ...at, '--copies', '3', '--wait', '0'])
  expect(third.code).toBe(1)
  expect(third.err).toContain('2 of 3 other nodes have it')
})

test('how many copies are wanted, and how long they are waited for, are numbers', async () => {
  for (const args of [
    ['submit', FILE, '--copies', 'two'],
    ['submit', FILE, '--wait', '5'],
    ['status', '--copies', '-1'],
    ['status', '--safe-to-leave', '--copies', '1'],
    ['status', '--safe-to-leave', '--wait'],
  ])
    expect((await countersign(args)).code).toBe(64)
})
