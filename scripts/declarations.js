// node scripts/declarations.js FOLDER: the types of what package.json exports, and of what those speak of. Loaded by scripts/setup.js
// when dependencies are there.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const folder = path.resolve(process.argv[2])

function run(args) {
  return execFileSync(process.execPath, [tsc].concat(args), {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  })
}

try {
  run(['-p', path.join(root, 'scripts', 'declarations.json'), '--outDir', folder])
} catch (error) {
  process.stderr.write(error.stdout)
  process.exit(1)
}

// tsc writes one for every module that those import, also where no type of it can be seen from outside
const entry = path.join(folder, 'check', 'check.d.ts')
const options = ['--ignoreConfig', '--listFilesOnly', '--module', 'nodenext', '--types', 'node']
const reached = new Set(run(options.concat(entry)).split('\n'))
for (const name of fs.readdirSync(folder, { recursive: true })) {
  const file = path.join(folder, name)
  if (name.endsWith('.d.ts') && !reached.has(file)) fs.rmSync(file)
}
for (const name of fs.readdirSync(folder, { recursive: true }).toReversed()) {
  const file = path.join(folder, name)
  if (fs.statSync(file).isDirectory() && fs.readdirSync(file).length === 0) fs.rmdirSync(file)
}
