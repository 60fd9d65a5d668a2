import type { IncomingMessage, RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { check, readSubject } from '../../src/check/check.ts'
import { openSource } from '../../src/check/source.ts'
import { fakeNode } from '../support/fake-node.ts'
import { checkOne, helloNode, HONEST, looksUp, POLICY, policyOf } from './checking.ts'
import { ALICE, BOB, MALLORY } from '../http/door.ts'

const answering =
  (body: unknown): RequestListener =>
  ({ url }, response) => {
    if (looksUp(url)) response.end(JSON.stringify(body))
    else response.writeHead(404).end()
  }

describe('a node that', () => {
  const nothing = { answers: [{ certifications: [], truncated: false }], certifications: [] }
  test.each<[string, RequestListener, string]>([
    ['answers with garbage', (_, response) => response.end('<html>'), 'another form'],
    ['answers with an error', (_, response) => response.writeHead(500).end(), 'it answered 500'],
    [
      'answers to another question',
      answering({ ...nothing, answers: [] }),
      'another number of questions',
    ],
    [
      'says that it has more',
      answering({ ...nothing, answers: [{ certifications: [], truncated: true }] }),
      'has more of it',
    ],
    [
      'sends whoever asks elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'does not answer',
    ],
    [
      'never stops answering',
      (_, response) => {
        const more = (): void => {
          while (response.write(Buffer.alloc(1024 * 1024, ' ')));
        }
        response.on('drain', more)
        more()
      },
      'its answer has no end',
    ],
    [
      'answers a byte now and then',
      async (_, response) => {
        while (response.writable) {
          response.write(' ')
          await sleep(50)
        }
      },
      'did not answer within 1 s',
    ],
    ['hangs up', ({ socket }) => socket.destroy(), 'does not answer'],
    [
      'names what it does not give',
      answering({ ...nothing, answers: [{ certifications: ['f'.repeat(64)], truncated: false }] }),
      'names certifications that it does not give',
    ],
    [
      'gives more than can be read in time',
      answering({ ...nothing, x: Array.from({ length: 250_000 }, () => ({})) }),
      'not what was asked for',
    ],
  ])('%s changes nothing that another one says, and is named', async (_, listener, reason) => {
    const { node } = await helloNode()
    const bad = await fakeNode(listener)
    const { result, failures } = await checkOne(await readSubject(HONEST), [bad, node])
    expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
    expect(failures[0]).toContain(reason)
    expect(failures[1]).toBeNull()
  })

  test('gives certifications under ids that are not theirs, of others, or that are none gets nobody a vote', async () => {
    const { node, ids } = await helloNode()
    const source = openSource(node)
    const name = 'hello_2.10-3_amd64'
    const real = await source.lookup([{ name, names: [], checksums: {} }], {
      rebuilders: [MALLORY],
      owners: [],
    })
    const [mallory] = real.certifications
    const forged = Buffer.from(mallory?.bytes ?? '', 'base64')
      .toString()
      .replaceAll(
        /[0-9a-f]{64}/g,
        '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164',
      )
    const certifications = [
      { ...mallory, id: ids['alice'] },
      { ...mallory, bytes: Buffer.from(forged).toString('base64') },
      { ...mallory, id: 'f'.repeat(64), bytes: 'AAAA' },
    ]
    const answers = [{ certifications: certifications.map(({ id }) => id), truncated: false }]
    const keys = await fakeNode(({ url = '' }, response) => {
      if (looksUp(url)) response.end(JSON.stringify({ answers, certifications }))
      else void fetch(`${node}${url}`).then(async (reply) => response.end(await reply.text()))
    })
    const trusting = policyOf({ alice: ALICE, bob: BOB, mallory: MALLORY }, 1)
    const { result, failures } = await checkOne(await readSubject(HONEST), [keys], trusting)
    expect(failures).toEqual([null])
    expect(result).toMatchObject({ verdict: 'unknown', agreeing: 0 })
  })
})

test('what a node adds to a certification, however deep, is not looked at', async () => {
  const { node } = await helloNode()
  const honest = await openSource(node).lookup(
    [{ name: 'hello_2.10-3_amd64', names: [], checksums: {} }],
    { rebuilders: [ALICE, BOB], owners: [] },
  )
  const deep = `,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  const text = JSON.stringify(honest).replaceAll(/"signature":null\}/g, `"signature":null${deep}`)
  expect(text).toContain('[[')
  const adding = await fakeNode(({ url = '' }, response) => {
    if (looksUp(url)) response.end(text)
    else void fetch(`${node}${url}`).then(async (reply) => response.end(await reply.text()))
  })
  const { result, failures } = await checkOne(await readSubject(HONEST), [adding])
  expect(failures).toEqual([null])
  expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
})

test('one key that a node does not give loses nothing of the others', async () => {
  const { node } = await helloNode()
  const withoutMallory = await fakeNode((request, response) => {
    const { url = '' } = request
    if (url.includes(MALLORY)) response.writeHead(410).end()
    else void relayed(request, `${node}${url}`).then((text) => response.end(text))
  })
  const policy = policyOf({ alice: ALICE, bob: BOB, mallory: MALLORY }, 2)
  const { result } = await checkOne(await readSubject(HONEST), [withoutMallory], policy)
  expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
})

async function relayed(request: IncomingMessage, url: string): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) if (piece instanceof Buffer) pieces.push(piece)
  const body = pieces.length === 0 ? {} : { method: 'POST', body: Buffer.concat(pieces) }
  return (await fetch(url, body)).text()
}

test('what a node could not put into one answer is asked for again', async () => {
  const { node } = await helloNode()
  const asked: number[] = []
  const brief = await fakeNode((request, response) => {
    const { url = '' } = request
    const relay = async (): Promise<string> => {
      const text = await relayed(request, `${node}${url}`)
      if (!looksUp(url)) return text
      const count = text.match(/"truncated":/g)?.length ?? 0
      asked.push(count)
      return count > 2 ? text.replaceAll('"truncated":false', '"truncated":true') : text
    }
    void relay().then((text) => response.end(text))
  })
  const subjects = [
    await readSubject(HONEST),
    ...Array.from({ length: 4 }, (_, at) => ({
      name: `other_${at}_all`,
      names: [],
      checksums: { sha256: 'a'.repeat(64) },
    })),
  ]
  const { results, sources } = await check(subjects, { policy: POLICY, nodes: [brief] })
  expect(results[0]).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
  expect(sources[0]?.failure).toBeNull()
  expect(asked).toEqual([5, 5, 5, 2, 2, 1])
})

test('a node that gives the certification of another with its middle changed takes nobody a vote', async () => {
  const { node } = await helloNode()
  const source = openSource(node)
  async function changed(): Promise<string> {
    const name = 'hello_2.10-3_amd64'
    const answer = await source.lookup([{ name, names: [], checksums: {} }], {
      rebuilders: [ALICE, BOB],
      owners: [],
    })
    const certifications = answer.certifications.map((one) => {
      const bytes = Buffer.from(one.bytes, 'base64')
      bytes.fill('x', bytes.length / 2, bytes.length / 2 + 16)
      return { ...one, bytes: bytes.toString('base64') }
    })
    await sleep(100)
    return JSON.stringify({ ...answer, certifications })
  }
  const lie = await fakeNode(({ url = '' }, response) => {
    const answer = looksUp(url) ? changed() : fetch(`${node}${url}`).then((reply) => reply.text())
    void answer.then((text) => response.end(text))
  })
  for (const nodes of [
    [lie, node],
    [node, lie],
  ]) {
    const { result, failures } = await checkOne(await readSubject(HONEST), nodes)
    expect(failures).toEqual([null, null])
    expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
  }
})
