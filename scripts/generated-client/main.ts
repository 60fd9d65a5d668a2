/*
 * npm run generated-client -- NODE COLLECTION PATH: makes a client for Python out of a node's openapi.json, with nothing but what
 * anybody has (openapi-python-client, from PyPI), and asks that node for an agreement in the types that were made.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = ['openapi-python-client==0.29.1', 'python-dateutil']

const [node, ...asked] = process.argv.slice(2)
if (node === undefined || asked.length !== 2)
  throw new Error('npm run generated-client -- http://127.0.0.1:8000 debian hello/2.10-3')
const folder = await mkdtemp(join(tmpdir(), 'countersign-client-'))

const PATH = `${join(folder, 'venv', 'bin')}:${process.env['PATH'] ?? ''}`

const run = (program: string, args: readonly string[]): void => {
  execFileSync(program, args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PYTHONPATH: folder, PATH },
  })
}

try {
  const description = await fetch(new URL('/openapi.json', node))
  await writeFile(join(folder, 'openapi.json'), Buffer.from(await description.arrayBuffer()))
  const python = join(folder, 'venv', 'bin', 'python')
  run('python3', ['-m', 'venv', 'venv'])
  run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES])
  const input = ['--path', 'openapi.json', '--output-path', 'countersign_client', '--meta', 'none']
  run(join(folder, 'venv', 'bin', 'openapi-python-client'), ['generate', ...input])
  run(python, [fileURLToPath(new URL('./ask.py', import.meta.url)), node, ...asked])
} finally {
  await rm(folder, { recursive: true, force: true })
}
