/*
 * The rival of a cold sync: one hypercore over a plain socket, both ends in processes of their own, with nothing of ours.
 * `serve STORE KEY`: says its port on stdout. `fetch STORE KEY PORT LENGTH`: copies it, says the seconds, and ends.
 * `copy FROM KEY TO`: a hypercore with the same blocks, says its key and length.
 */
import { connect, createServer } from 'node:net'
import Hypercore from 'hypercore'

// the types of the project say only what it uses itself
interface Core {
  readonly key: Buffer
  readonly length: number
  ready(): Promise<void>
  close(): Promise<void>
  append(blocks: readonly Buffer[]): Promise<unknown>
  get(sequence: number, options?: { wait: false }): Promise<Buffer>
  update(options: { wait: true }): Promise<boolean>
  replicate(isInitiator: boolean): NodeJS.ReadWriteStream
  download(range: { start: number; end: number }): { done(): Promise<void> }
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const open = Hypercore as unknown as new (folder: string, key?: Buffer) => Core

const [what, folder = '', ...more] = process.argv.slice(2)

if (what === 'serve') {
  const core = new open(folder)
  await core.ready()
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    const stream = core.replicate(false)
    stream.on('error', () => undefined)
    socket.pipe(stream).pipe(socket)
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
  })
} else if (what === 'fetch') {
  const [key = '', port, length] = more
  const from = performance.now()
  const core = new open(folder, Buffer.from(key, 'hex'))
  await core.ready()
  const socket = connect(Number(port), '127.0.0.1')
  socket.setNoDelay(true)
  const stream = core.replicate(true)
  stream.on('error', () => undefined)
  socket.pipe(stream).pipe(socket)
  while (core.length < Number(length)) await core.update({ wait: true })
  await core.download({ start: 0, end: Number(length) }).done()
  process.stdout.write(`${(performance.now() - from) / 1000}\n`)
  process.exit(0)
}
