import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countersign, HELLO, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const FILE = `${HELLO}/alice/hello_2.10-3_amd64.buildinfo`
const KEY = `${HELLO}/alice.asc`

const addressIn = (out: string): string => /\/ip4\/\S+\/p2p\/\w+/.exec(out)?.[0] ?? ''

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('it listens nowhere')
  return address.port
}

interface Summary {
  readonly id: string
}

interface Detail {
  readonly places: readonly { readonly feed: string; readonly sequence: number }[]
}

async function jsonOf<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test itself says what it expects
  return (await answer.json()) as T
}

test('a peer that is down is listed with its trouble', async () => {
  const data = await temporaryDirectory()
  await startNode(data)
  const at = ['--data', data]
  // nothing listens there
  const away = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'
  expect(await countersign(['peers', 'add', away, ...at])).toMatchObject({ code: 0 })
  await until(async () => {
    const { code, out } = await countersign(['peers', 'list', ...at])
    return code === 0 && out.includes('ECONNREFUSED')
  })
})

/** A dozen commands follow each other, each a process. */
const LONG = { patience: 120_000 }

test('peers are added, listed and removed at a running node, and are still there after a restart', async () => {
  const a = await startNode(await temporaryDirectory(), [], LONG)
  const data = await temporaryDirectory()
  let b = await startNode(data, [], LONG)
  const address = addressIn(a.said().out)
  const peerId = address.split('/').at(-1) ?? ''
  const at = ['--data', data]
  expect(await countersign(['peers', 'list', ...at])).toMatchObject({ code: 0 })
  const wrong = await countersign(['peers', 'add', '/ip4/127.0.0.1/tcp/1', ...at])
  expect(wrong.code).toBe(78)
  expect(wrong.err).toContain('A peer must be the URL of a node')
  const itself = await countersign(['peers', 'add', addressIn(b.said().out), ...at])
  expect(itself.code).toBe(78)
  expect(itself.err).toContain('is this node itself')
  expect(await countersign(['peers', 'add', address, ...at])).toMatchObject({ code: 0 })
  const submitted = await countersign(['submit', FILE, '--key', KEY, '--to', a.url])
  expect(submitted.code).toBe(0)
  await until(async () => (await jsonOf<Summary[]>(`${b.url}/certifications`)).length === 1)
  const mode = (await stat(join(data, 'control.sock'))).mode & 0o777
  expect(mode).toBe(0o600)
  await b.stop('SIGKILL')
  b = await startNode(data, [], LONG)
  const isConnected = async () => {
    const peers = await jsonOf<{ peerId: string; connected: boolean }[]>(`${b.url}/peers`)
    return peers.some((peer) => peer.peerId === peerId && peer.connected)
  }
  await until(isConnected)
  const listed = await countersign(['peers', 'list', ...at])
  expect(listed.out).toContain(peerId)
  expect(listed.out).toMatch(/PEER +CONNECTED +NAMED BY/)
  expect(listed.out).toContain('peers add')
  expect(await countersign(['peers', 'remove', peerId, ...at])).toMatchObject({ code: 0 })
  expect(await countersign(['peers', 'remove', peerId, ...at])).toMatchObject({ code: 1 })
  await until(async () => !(await isConnected()))
  expect(await countersign(['status', '--wait', '--node', b.url])).toMatchObject({ code: 0 })
  const gone = address.replace(/\/tcp\/\d+/, '/tcp/1')
  expect(await countersign(['peers', 'add', gone, ...at])).toMatchObject({ code: 0 })
  const waited = await countersign(['status', '--wait', '--node', b.url])
  expect(waited.code).toBe(1)
  expect(waited.err).toContain(`Not everything is here: peer ${peerId} is not connected`)
  await a.stop('SIGTERM')
  await b.stop('SIGTERM')
  expect(await countersign(['peers', 'list', ...at])).toMatchObject({ code: 3 })
})

test('a file says with whom to peer; status shows feeds and peers, waits until all is there, and a proof of it is checked offline', async () => {
  const a = await startNode(await temporaryDirectory())
  await countersign(['submit', FILE, '--key', KEY, '--to', a.url])
  const [{ id } = { id: '' }] = await jsonOf<Summary[]>(`${a.url}/certifications`)
  const { places } = await jsonOf<Detail>(`${a.url}/certifications/${id}.json`)
  const { feed, sequence } = places[0] ?? { feed: '', sequence: 0 }
  const folder = await temporaryDirectory()
  const config = join(folder, 'node.toml')
  await writeFile(
    config,
    `read-only = true\np2p = "none"\n[[peer]]\naddress = "${addressIn(a.said().out)}"\n`,
  )
  const b = await startNode(join(folder, 'data'), ['--config', config, '--p2p', 'none'])
  const status = await countersign(['status', '--wait', '--node', b.url])
  expect(status.code).toBe(0)
  expect(status.out).toMatch(/takes +no submissions: read-only/)
  expect(status.out).toMatch(/FEED +COLLECTION +WHY +INDEXED/)
  expect(status.out).toMatch(/PEER +CONNECTED +CONFIGURED/)
  expect((await fetch(`${b.url}/ready`)).status).toBe(200)
  expect((await jsonOf<Summary[]>(`${b.url}/certifications`)).map((one) => one.id)).toEqual([id])
  const refused = await countersign(['submit', FILE, '--to', b.url])
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('READ_ONLY')
  const proof = await (await fetch(`${b.url}/feeds/${feed}/proof/${sequence}`)).text()
  const file = join(folder, 'proof.json')
  await writeFile(file, proof)
  await a.stop('SIGKILL')
  await b.stop('SIGKILL')
  const proved = await countersign(['verify-proof', file, '--id', id, '--feed', feed])
  expect(proved).toMatchObject({ code: 0, err: '' })
  expect(proved.out).toContain(`proved: block ${sequence} stands in feed ${feed}`)
  expect(proved.out).toContain(id)
  expect((await countersign(['verify-proof', file, '--id', '0'.repeat(64)])).code).toBe(1)
  await writeFile(file, proof.replace(`"sequence":${sequence}`, `"sequence":${sequence + 2}`))
  const forged = await countersign(['verify-proof', file])
  expect(forged).toMatchObject({ code: 1, out: '' })
  expect(forged.err).toContain('This proves nothing')
})

test('a port that is taken is no trouble unless somebody chose it', async () => {
  const first = await startNode(await temporaryDirectory(), ['--p2p', '/ip4/127.0.0.1/tcp/0'])
  const port = /tcp\/(\d+)/.exec(addressIn(first.said().out))?.[1]
  const ended = await countersign([
    'serve',
    '--data',
    await temporaryDirectory(),
    '--http',
    '127.0.0.1:0',
    '--p2p',
    `/ip4/127.0.0.1/tcp/${port}`,
  ])
  expect(ended.code).toBe(78)
  expect(ended.err).toContain('its port is taken')
})

test('whom a node knows is shown, and who is banned stays out until he is let in again', async () => {
  const a = await startNode(await temporaryDirectory())
  const data = await temporaryDirectory()
  const b = await startNode(data, ['--peer', addressIn(a.said().out)])
  const c = await startNode(await temporaryDirectory(), ['--peer', addressIn(a.said().out)])
  const at = ['--data', data]
  const idOf = (node: typeof a): string => addressIn(node.said().out).split('/').at(-1) ?? ''
  const known = async (): Promise<string> => (await countersign(['peers', 'known', ...at])).out
  const lineOf = async (node: typeof a): Promise<string> =>
    (await known()).split('\n').find((line) => line.startsWith(idOf(node))) ?? ''
  // nobody told either of the other but a
  await until(async () => /^\w+ +connected +now /.test(await lineOf(c)))
  expect(await known()).toMatch(/^PEER +STATE +LAST CONNECTED +TOLD BY +ADDRESSES\n/)
  expect(await lineOf(a)).toMatch(/^\w+ +connected +now +the operator/)
  expect(await lineOf(c)).toContain('/ip4/127.0.0.1/tcp/')
  expect(await countersign(['peers', 'ban', idOf(a), ...at])).toMatchObject({ code: 78 })
  expect(await countersign(['peers', 'ban', 'nobody', ...at])).toMatchObject({ code: 78 })
  const { peerId: self } = await jsonOf<{ readonly peerId: string }>(`${b.url}/status`)
  const itself = await countersign(['peers', 'ban', self, ...at])
  expect(itself.code).toBe(78)
  expect(itself.err).toContain('is this node itself')
  expect(await countersign(['peers', 'ban', idOf(c), ...at])).toMatchObject({ code: 0 })
  const add = await countersign(['peers', 'add', addressIn(c.said().out), ...at])
  expect(add.code).toBe(78)
  expect(add.err).toContain(`countersign peers unban ${idOf(c)}`)
  expect(await lineOf(c)).toMatch(/^\w+ +banned +never/)
  expect(await countersign(['peers', 'unban', idOf(c), ...at])).toMatchObject({ code: 0 })
  expect(await countersign(['peers', 'unban', idOf(c), ...at])).toMatchObject({ code: 1 })
  await until(async () => /^\w+ +connected +now /.test(await lineOf(c)))
})

test('a peer at whose URL nobody answers is listed, waited for in vain, and no reason to leave unasked', async () => {
  const data = await temporaryDirectory()
  const url = 'http://127.0.0.1:2'
  const node = await startNode(data, ['--peer', url])
  const asked = ['status', '--node', node.url]
  const waited = await countersign([...asked, '--wait'])
  expect(waited.code).toBe(1)
  expect(waited.err).toContain(`Not everything is here: ${url}`)
  expect(waited.err).toContain('ECONNREFUSED')
  expect(waited.out).toMatch(new RegExp(`${url} +no +yes`))
  const listed = await countersign(['peers', 'list', '--data', data])
  expect(listed.out).toMatch(new RegExp(`${url} +no +settings .*ECONNREFUSED`))
  const leaving = await countersign([...asked, '--safe-to-leave'])
  expect([leaving.code, leaving.out]).toEqual([
    0,
    'There is nothing to lose: this node has no entries yet, neither of its own nor of others.\n',
  ])
})

test('a node whose own URL is among its peers says so, lacks nobody, and asks itself no more', async () => {
  const data = await temporaryDirectory()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const node = await startNode(data, ['--http', `127.0.0.1:${port}`, '--peer', url])
  const status = async () => (await countersign(['status', '--node', node.url])).out
  await until(async () => (await status()).includes(`Advice: ${url} is this node itself.`))
  expect(await jsonOf(`${node.url}/status`)).toMatchObject({ isolated: false, unanswered: [] })
  const listed = await countersign(['peers', 'list', '--data', data])
  expect(listed.out).toContain(`${url} is this node itself`)
  expect(await countersign(['status', '--wait', '--node', node.url])).toMatchObject({ code: 0 })
})
