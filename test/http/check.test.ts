import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { check, type Policy, readSubject, type Subject } from '../../src/check/check.ts'
import { openSource } from '../../src/check/source.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { revokedCopy } from '../support/key-changes.ts'
import { debianText } from '../support/debian-text.ts'
import { HELLO } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { ALICE, BOB, type Door, MALLORY, openDoor, post, submitHello } from './door.ts'

const HONEST = `${HELLO}/alice/hello_2.10-3_amd64.deb`
const TROJAN = `${HELLO}/mallory/hello_2.10-3_amd64.deb`

async function listening({ app }: Door): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 })
}

/** A node with hello by alice, bob and mallory. */
async function helloNode() {
  const door = await openDoor()
  const ids = await submitHello(door.app)
  return { ...door, ids, node: await listening(door) }
}

/** What answers there is whatever a test wants. */
async function fakeNode(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

const policyOf = (operators: Readonly<Record<string, string>>, threshold: number): Policy => ({
  threshold,
  operators: Object.entries(operators).map(([name, key]) => ({ name, keys: [key] })),
  rules: [],
  contradiction: 'block',
  unreachable: 'block',
  insufficient: 'block',
  unknown: 'block',
  nodes: [],
})
const POLICY = policyOf({ alice: ALICE, bob: BOB }, 2)

async function checkOne(subject: Subject, nodes: readonly string[], policy = POLICY) {
  const { results, sources } = await check([subject], { policy, nodes, patience: 1_000 })
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return { result, failures: sources.map(({ failure }) => failure) }
}

describe('checked against a real node,', () => {
  test('what two operators of two certified is reproduced', async () => {
    const { node, ids } = await helloNode()
    const { result, failures } = await checkOne(await readSubject(HONEST), [node])
    expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2, operators: 2, lacking: [] })
    expect(result.votes.map(({ certifications }) => certifications)).toEqual([
      [ids['alice']],
      [ids['bob']],
    ])
    expect(failures).toEqual([null])
  })

  test('a trojan is contradicted, whatever its file is called, and whoever else certified it', async () => {
    const { node } = await helloNode()
    const renamed = join(await temporaryDirectory(), 'firefox_99_amd64.deb')
    await cp(TROJAN, renamed)
    const { result } = await checkOne(await readSubject(renamed), [node])
    expect(result.subject.name).toBe('hello_2.10-3_amd64')
    expect(result).toMatchObject({ verdict: 'contradicted', agreeing: 0 })
    const trusting = policyOf({ alice: ALICE, mallory: MALLORY }, 1)
    const mixed = await checkOne(await readSubject(TROJAN), [node], trusting)
    expect(mixed.result).toMatchObject({ verdict: 'contradicted', agreeing: 1 })
  })

  test('a key that one node says is revoked has no vote, though another hides that', async () => {
    const [honest, hiding] = [await openDoor(), await openDoor()]
    const signer = await rebuilder()
    const certification = Buffer.from(await clearsign(debianText({ version: '1' }), [signer]))
    for (const { app } of [honest, hiding]) {
      await post(app, '/keys', Buffer.from(signer.publicKey.bytes))
      expect((await post(app, '/debian', certification)).statusCode).toBe(201)
    }
    const page = await honest.repository.find({})
    const detail = await honest.repository.certification(page.items[0]?.id ?? '')
    const [artifact] = detail?.artifacts ?? []
    const sha256 = artifact?.checksums.find(({ algorithm }) => algorithm === 'sha256')?.hex ?? ''
    const name = artifact?.name ?? ''
    const subject = { name, names: [{ name }], size: artifact?.size, checksums: { sha256 } }
    const policy = policyOf({ signer: signer.publicKey.fingerprint }, 1)
    const nodes = [await listening(honest), await listening(hiding)]
    expect((await checkOne(subject, nodes, policy)).result.verdict).toBe('reproduced')
    await post(honest.app, '/keys', Buffer.from((await revokedCopy(signer)).bytes))
    const { result } = await checkOne(subject, nodes, policy)
    expect(result.verdict).toBe('unknown')
    expect(result.votes[0]?.uncounted).toMatchObject([{ state: 'key-revoked' }])
  })

  test('what one node leaves out is said, with the node that has it', async () => {
    const whole = await helloNode()
    const partial = await openDoor()
    await post(partial.app, '/keys', Buffer.from(await keyOf(whole, ALICE)))
    const node = await listening(partial)
    const { result } = await checkOne(await readSubject(HONEST), [node, whole.node])
    expect(result.verdict).toBe('reproduced')
    expect(result.lacking.map((one) => one.node)).toEqual([node])
    expect(new Set(result.lacking[0]?.ids)).toEqual(new Set([whole.ids['alice'], whole.ids['bob']]))
  })
})

const keyOf = async ({ repository }: Door, fingerprint: string): Promise<string> =>
  (await repository.key(fingerprint)) ?? ''

const looksUp = (url: string | undefined): boolean => url === '/artifacts/lookup'

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
    const real = await source.lookup([{ name, names: [], checksums: {} }], [MALLORY])
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
    [ALICE, BOB],
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

test('a file that has a colon in its name is asked for by its checksums, and keeps no other from its answer', async () => {
  const { node } = await helloNode()
  const path = join(await temporaryDirectory(), 'a:b.txt')
  await cp(TROJAN.replace('.deb', '.buildinfo'), path)
  const { results } = await check([await readSubject(path), await readSubject(HONEST)], {
    policy: POLICY,
    nodes: [node],
  })
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'reproduced'])
})

const refused = async (subjects: readonly Subject[], nodes: readonly string[]) =>
  expect(check(subjects, { policy: POLICY, nodes })).rejects.toMatchObject({ code: 'USAGE' })

test('mistakes of a program that calls it are refused', async () => {
  const subject = await readSubject(HONEST)
  await refused([subject], [])
  await refused([subject], ['garbage'])
  await refused([subject], ['http://user:secret@127.0.0.1:1/'])
  await refused([{ ...subject, checksums: {} }], ['http://127.0.0.1:1/'])
  await refused([{ ...subject, checksums: { sha256: 'A'.repeat(64) } }], ['http://127.0.0.1:1/'])
})

test('a node that gives the certification of another with its middle changed takes nobody a vote', async () => {
  const { node } = await helloNode()
  const source = openSource(node)
  async function changed(): Promise<string> {
    const name = 'hello_2.10-3_amd64'
    const answer = await source.lookup([{ name, names: [], checksums: {} }], [ALICE, BOB])
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

test('without any node that answers nothing is known, and every one is named', async () => {
  const { results, sources } = await check([await readSubject(HONEST)], {
    policy: POLICY,
    nodes: ['http://127.0.0.1:9/', 'http://127.0.0.1:1'],
  })
  expect(results[0]?.verdict).toBe('unknown')
  expect(sources.every(({ failure }) => failure !== null)).toBe(true)
})

const ask = ({ app }: Door, body: object | string) =>
  app.inject({ method: 'POST', url: '/artifacts/lookup', payload: body })

describe('POST /artifacts/lookup', () => {
  test('answers for many files at once with what the named rebuilders certified, and with nothing of others', async () => {
    const door = await openDoor()
    const ids = await submitHello(door.app)
    const { checksums } = await readSubject(HONEST)
    const artifacts = [
      { name: 'nothing_1_all' },
      { name: 'x', sha256: checksums.sha256 },
      { name: 'hello_2.10-3_amd64' },
    ]
    const answer = await ask(door, { artifacts, rebuilders: [ALICE, MALLORY.toLowerCase()] })
    expect(answer.statusCode).toBe(200)
    const found = answer.json<{
      answers: { certifications: string[]; truncated: boolean }[]
      certifications: { id: string; dialect: string }[]
    }>()
    expect(found.answers.map(({ certifications }) => new Set(certifications))).toEqual([
      new Set(),
      new Set([ids['alice']]),
      new Set([ids['alice'], ids['mallory']]),
    ])
    expect(found.answers.every(({ truncated }) => !truncated)).toBe(true)
    expect(new Set(found.certifications.map(({ id }) => id))).toEqual(
      new Set([ids['alice'], ids['mallory']]),
    )
  })

  test.each([
    ['no body', ''],
    ['no JSON', 'x'],
    ['nothing to look up', { artifacts: [], rebuilders: [ALICE] }],
    ['nobody to believe', { artifacts: [{ name: 'a' }], rebuilders: [] }],
    ['another key', { artifacts: [{ name: 'a', md5: 'x' }], rebuilders: [ALICE] }],
    [
      'too many',
      { artifacts: Array.from({ length: 129 }, () => ({ name: 'a' })), rebuilders: [ALICE] },
    ],
    ['a name that is a path', { artifacts: [{ name: '../a' }], rebuilders: [ALICE] }],
  ])('refuses %s', async (_, body) => {
    const answer = await ask(await openDoor(), body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toHaveProperty('code')
  })
})
