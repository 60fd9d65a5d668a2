// npm run demo: a fresh node takes what three rebuilders of Debian's hello signed, and says who agrees.
// The node and every command are the program itself, as anybody would run it. With --keep it stays until Ctrl-C, to be
// looked at in a browser.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { ended, failed, show, start } from './program.js'
import { root, setUp } from './setup.js'

setUp()

const HELLO = path.join(root, 'test', 'data', 'hello')
const CONCLUSION = `Alice and Bob built the same bytes, each on their own; Mallory, from the same source, got others.
The node of this demo and its data are removed. Next: npm start runs one that stays.
`
const KEPT = `Alice and Bob built the same bytes, each on their own; Mallory, from the same source, got others. Look at it:
`
const KEEP = process.argv.slice(2).includes('--keep')
const REBUILDERS = ['alice', 'bob', 'mallory']

/** The address of the node, once it listens. */
async function addressOf(node) {
  for await (const line of createInterface({ input: node.stdout })) return JSON.parse(line).url
  throw new Error('the node did not start')
}

/** Whose word has colours on the pages of this demo. */
function policyOf(names) {
  const operators = names.map((name) => {
    const key = fs.readFileSync(path.join(HELLO, `${name.toLowerCase()}.fpr`), 'utf8').trim()
    return `[[operator]]\nname = "${name}"\nkeys = ["${key}"]\n`
  })
  return [`threshold = ${names.length}\n`].concat(operators).join('\n')
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-demo-'))
  const policy = path.join(folder, 'policy.toml')
  fs.writeFileSync(policy, policyOf(['Alice', 'Bob']))
  const node = start(
    ['serve', '--data', path.join(folder, 'data'), '--pages-policy', policy].concat([
      '--http',
      '127.0.0.1:0',
      '--p2p',
      'none',
      '--json',
    ]),
    ['ignore', 'pipe', 'inherit'],
  )
  const stopped = ended(node)
  // Interrupted, the next step finds no node, and the way out is the same as ever.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => node.kill('SIGTERM'))
  // Whoever read this has gone: nothing stays behind.
  process.once('exit', () => {
    node.kill('SIGKILL')
    fs.rmSync(folder, { recursive: true, force: true })
  })
  try {
    const url = await addressOf(node)
    process.stdout.write(`A fresh node listens on ${url}.\n\n`)
    for (const name of REBUILDERS) {
      const file = path.join(HELLO, name, 'hello_2.10-3_amd64.buildinfo')
      const key = path.join(HELLO, `${name}.asc`)
      await show(
        ['submit', path.relative(root, file), '--key', path.relative(root, key)].concat(
          '--to',
          url,
        ),
        0,
      )
    }
    // 2: somebody contradicts the others
    await show(['agreement', 'debian', 'hello/2.10-3', '--node', url], 2)
    if (!KEEP) process.stdout.write(CONCLUSION)
    else {
      process.stdout.write(
        `${KEPT}${url}/agreement/debian/hello/2.10-3\nIts policy names Alice and Bob, so their word has colours: ${url}/policy\nCtrl-C removes the node and its data.\n`,
      )
      await stopped
    }
  } finally {
    node.kill('SIGTERM')
    await stopped
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

await main().catch((error) => failed('demo', error))
