// npm run try-network: three real nodes on this machine, one of them read-only, and later a fourth. The only node that the others were told of
// is killed: they have found each other, and nothing is missing. The nodes and every command are the program itself.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { ended, failed, show, start } from './program.js'
import { setUp } from './setup.js'

setUp()

const HELLO = path.join('test', 'data', 'hello')
/** For what has to come over the network, in milliseconds. */
const PATIENCE = 30000

const say = (text) => process.stdout.write(`${text}\n`)
const nodes = []

/** Starts a node and waits until it says where it listens. */
async function open(name, folder, flags) {
  const data = path.join(folder, name)
  const args = ['serve', '--json', '--data', data, '--http', '127.0.0.1:0'].concat(flags)
  const child = start(args, ['ignore', 'pipe', 'inherit'])
  const node = { name, data, child, stopped: ended(child) }
  nodes.push(node)
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, addresses, peerId } = JSON.parse(line)
    say(`Node ${name} listens on ${url}`)
    return Object.assign(node, { url, peerId, address: addresses[0] })
  }
  throw new Error(`node ${name} did not start`)
}

async function until(what, isSo) {
  const from = performance.now()
  while (!(await isSo())) {
    if (performance.now() - from > PATIENCE) throw new Error(`${what} has not come to be`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return Math.round(performance.now() - from)
}

async function ask(node, question) {
  const answer = await fetch(`${node.url}${question}`, { headers: { accept: 'application/json' } })
  return answer.json()
}

const isConnected = async (node, to) =>
  (await ask(node, '/peers')).some(({ peerId, connected }) => connected && peerId === to.peerId)

const ids = async (node) => (await ask(node, '/certifications')).map(({ id }) => id).toSorted()

/** Waits until a node has so many certifications. */
async function arrives(node, count) {
  const time = await until(`what was submitted at another node`, async () => {
    return (await ids(node)).length === count
  })
  say(`Node ${node.name} has ${count === 1 ? 'it' : `all ${count}`}, ${time} ms later.\n`)
}

function submit(who, node) {
  const file = path.join(HELLO, who, 'hello_2.10-3_amd64.buildinfo')
  return show(['submit', file, '--key', path.join(HELLO, `${who}.asc`), '--to', node.url])
}

async function main(folder) {
  say(
    'Three nodes: A and B take submissions, C is read-only. B and C were told of A alone. A fourth comes later.\n',
  )
  const loopback = ['--p2p', '/ip4/127.0.0.1/tcp/0']
  const a = await open('A', folder, loopback)
  // by the URL of its HTTP API
  const b = await open('B', folder, loopback.concat('--name', 'B', '--peer', a.url))
  const c = await open('C', folder, loopback.concat('--read-only', '--peer', a.url))
  const took = await until('a connection of B and C', async () => await isConnected(c, b))
  say(`A has told C where B is: C is connected with B as well, ${took} ms later.\n`)

  await submit('alice', a)
  await arrives(c, 1)
  await submit('bob', b)
  await arrives(a, 2)
  await arrives(c, 2)

  const [id] = await ids(a)
  const { places } = await ask(a, `/certifications/${id}.json`)
  const feed = (await ask(a, '/status')).collections.find(({ name }) => name === 'debian').feed
  const { sequence } = places.find((place) => place.feed === feed) ?? { sequence: 3 }
  say('Node A is killed, for ever: kill -9. Nobody was told of any other node.\n')
  a.child.kill('SIGKILL')
  await a.stopped

  await submit('mallory', b)
  await arrives(c, 3)

  say('A fourth node, D, comes when A is long gone. It knows only the read-only C.')
  const d = await open('D', folder, ['--p2p', 'none', '--peer', c.address])
  await arrives(d, 3)
  const same = [await ids(b), await ids(c), await ids(d)].map((list) => list.join())
  if (new Set(same).size !== 1) throw new Error('the nodes do not have the same certifications')
  say('B, C and D have the same certifications.\n')

  const proof = path.join(folder, 'proof.json')
  fs.writeFileSync(proof, JSON.stringify(await ask(d, `/feeds/${feed}/proof/${sequence}`)))
  say(`D proves with A's signature what stood in A's feed, and that is checked without any node:\n`)
  await show(['verify-proof', proof])
  await show(['agreement', 'debian', 'hello/2.10-3', '--node', d.url], 2)
  await show(['status', '--node', d.url])
  say(
    '\nNothing is missing. The nodes and their data are removed. README, "Peering", says how to set up yours.',
  )
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-network-'))
const stopAll = () => nodes.forEach(({ child }) => child.kill('SIGTERM'))
// Interrupted, the next step finds no node, and the way out is the same as ever.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stopAll)
// Whoever read this has gone: nothing stays behind.
process.once('exit', () => {
  nodes.forEach(({ child }) => child.kill('SIGKILL'))
  fs.rmSync(folder, { recursive: true, force: true })
})
try {
  await main(folder)
} catch (error) {
  failed('try-network', error)
} finally {
  stopAll()
  await Promise.all(nodes.map(({ stopped }) => stopped))
  fs.rmSync(folder, { recursive: true, force: true })
}
