import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { build, countersign, HELLO, MAIN, start, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const ALICE = `${HELLO}/alice/hello_2.10-3_amd64.buildinfo`

test('in a pipe a node says in plain lines where it listens and how peers add it, and nothing else while all is well', async () => {
  const node = await startNode(await temporaryDirectory())
  expect((await fetch(`${node.url}/health`)).status).toBe(200)
  const { code, out, err } = await node.stop('SIGTERM')
  expect(out).toMatch(
    /^listening on http:\/\/127\.0\.0\.1:\d+, data in \/.*; try: curl http:.*\npeers add this node by \/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW\w+\n$/,
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test('with --json a node says it as one object', async () => {
  const data = await temporaryDirectory()
  const node = await startNode(data, ['--json'])
  expect(JSON.parse(node.said().out)).toMatchObject({
    url: node.url,
    data,
    collections: ['debian', 'maven', 'rebuilderd'],
    pid: node.child.pid,
  })
})

const hasPython = spawnSync('python3', ['--version']).status === 0

test.skipIf(!hasPython)(
  `on a terminal a node shows what to try, how to add and how to stop; Ctrl-C stops it${hasPython ? '' : ': skipped, python3 is not here'}`,
  async () => {
    build()
    const data = await temporaryDirectory()
    const command = `'${process.execPath}' '${MAIN}' serve --data '${data}' --http 127.0.0.1:0`
    const terminal = start('python3', [
      '-c',
      // The child gets a terminal of its own; the first "Ctrl-C" on the screen is answered by one.
      `import os, pty, sys
done = False
def read(fd):
    global done
    text = os.read(fd, 4096)
    if b"Ctrl-C" in text and not done:
        done = True
        os.write(fd, b"\\x03")
    return text
status = pty.spawn(["sh", "-c", "exec ${command}"], read)
sys.exit(os.waitstatus_to_exitcode(status))`,
    ])
    const { code, out } = await terminal.ended
    expect(out).toMatch(/is listening on http:\/\/127\.0\.0\.1:\d+/)
    expect(out).toMatch(/try it +curl http:/)
    expect(out).toMatch(/add +curl -F file=@/)
    expect(out).toMatch(/stop +Ctrl-C/)
    expect(code).toBe(0)
  },
)

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s closes a node within 5 s, also while submissions come in, and what was acknowledged is there afterwards',
  async (signal) => {
    const data = await temporaryDirectory()
    const node = await startNode(data)
    const acknowledged: string[] = []
    const stopped = new AbortController()
    const submitAgain = async (): Promise<void> => {
      const body = new FormData()
      body.append('file', new Blob([await readFile(ALICE)]))
      body.append('key', new Blob([await readFile(`${HELLO}/alice.asc`)]))
      while (!stopped.signal.aborted) {
        const answer = await fetch(`${node.url}/debian`, { method: 'POST', body }).catch(
          () => undefined,
        )
        if (answer === undefined) return
        const said = await answer.text().catch(() => '')
        if (answer.status === 201 || answer.status === 200) acknowledged.push(said)
      }
    }
    const clients = Array.from({ length: 8 }, submitAgain)
    while (acknowledged.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const { code, milliseconds } = await node.stop(signal)
    stopped.abort()
    await Promise.all(clients)
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(5000)

    const again = await startNode(data)
    const answer = await fetch(`${again.url}/certifications`)
    expect(await answer.json()).toHaveLength(1)
  },
)

test('a second node on the same data is refused, and the first one goes on', async () => {
  const data = await temporaryDirectory()
  const node = await startNode(data)
  const second = await countersign(['serve', '--data', data, '--http', '127.0.0.1:0'])
  expect(second.code).toBe(74)
  expect(second.out).toBe('')
  expect(second.err).toMatch(/^countersign: .*\[DATA_IN_USE\]\n$/)
  expect(second.err).toContain(data)
  expect((await fetch(`${node.url}/health`)).status).toBe(200)
})

test('a port that somebody else has is refused with its address', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    other.close()
  })
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const http = `127.0.0.1:${port}`
  const ended = await countersign(['serve', '--data', await temporaryDirectory(), '--http', http])
  expect(ended.code).toBe(78)
  expect(ended.err).toMatch(/^countersign: .*\[LISTEN_FAILED\]\n$/)
  expect(ended.err).toContain(String(port))
  expect(ended.err).toContain('is taken')
})

test.each([
  ['192.0.2.1:8000', '192.0.2.1 is no address of this machine'],
  ['nobody.invalid:8000', 'the name nobody.invalid is not known here'],
])('where it cannot listen, at %s, a node says why', async (http, reason) => {
  const ended = await countersign(['serve', '--data', await temporaryDirectory(), '--http', http])
  expect(ended).toMatchObject({ code: 78, out: '' })
  expect(ended.err).toContain(reason)
})

test('a node that listens at every address says so, and names one that works', async () => {
  const node = await startNode(await temporaryDirectory(), ['--http', ':0'])
  expect(node.said().out).toMatch(
    /^listening on http:\/\/127\.0\.0\.1:\d+ and every other address of this machine, /,
  )
  expect((await fetch(`${node.url}/health`)).status).toBe(200)
})

test('where no folder can be made a node is refused at once', async () => {
  const http = ['--http', '127.0.0.1:0']
  const ended = await countersign(['serve', '--data', '/proc/countersign/data', ...http])
  expect(ended).toMatchObject({ code: 74, out: '' })
  expect(ended.err).toMatch(/\/proc\/countersign\/data cannot be used: .*\[DISK\]\n$/)
})

test('logs are JSON lines on stderr, and only at the level that was asked for', async () => {
  const node = await startNode(await temporaryDirectory(), ['--log-level', 'debug'])
  await fetch(`${node.url}/status`)
  const { err } = await node.stop('SIGTERM')
  for (const line of err.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
})

test('npm start is serve, and what stops npm stops the node cleanly', async () => {
  build()
  const data = await temporaryDirectory()
  const flags = ['--data', data, '--http', '127.0.0.1:0', '--json']
  const npm = start('npm', ['start', '--silent', '--', ...flags])
  while (!npm.said().out.includes('"url"')) await once(npm.child.stdout!, 'data')
  const said: unknown = JSON.parse(npm.said().out)
  expect(said).toMatchObject({ data })
  npm.child.kill('SIGTERM')
  expect((await npm.ended).code).toBe(0)
  // The folder is free again: nothing lives on behind npm's back.
  const { code } = await (await startNode(data)).stop('SIGTERM')
  expect(code).toBe(0)
})
