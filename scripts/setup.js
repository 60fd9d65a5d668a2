// What a fresh checkout needs before it can run: dependencies and dist/. Plain JavaScript of the oldest
// kind that has modules, and no dependency: nothing is installed yet, and Node may be too old.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { leaveOwnBinaries } from './binaries.js'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const dist = path.join(root, 'dist')

const OLDEST = [20, 20]
const STAMP = '.sources.sha256'
const BUNDLE = path.join(root, 'scripts', 'bundle.js')
const DECLARATIONS = path.join(root, 'scripts', 'declarations.js')

/** Says what is wrong with this Node, or nothing. */
export function complainOfNode(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined
  return `Countersign needs Node ${OLDEST.join('.')} or newer; this is Node ${version}. Install a newer one and start again.`
}

/**
 * Installs what package-lock.json names, if it is not what node_modules holds, without the binaries of other systems, and builds dist/
 * if src/ has changed.
 */
export function setUp() {
  try {
    const complaint = complainOfNode(process.versions.node)
    if (complaint !== undefined) throw new SetupError(complaint)
    if (!isInstalled()) install()
    leaveOwnBinaries(path.join(root, 'node_modules'))
    if (!isBuilt()) build()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`countersign: ${error.message}\n`)
    process.exit(78)
  }
}

/** What the one who started us can do something about. */
class SetupError extends Error {}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** npm writes its own list of what it installed, last; other systems' optional packages are not in it. */
function isInstalled() {
  const wanted = readJson(path.join(root, 'package-lock.json'))
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  for (const [name, entry] of Object.entries(wanted.packages)) {
    const found = present.packages[name]
    if (name === '' || (found === undefined && (entry.optional || entry.peer))) continue
    if (found === undefined || found.version !== entry.version) return false
    if (found.integrity !== entry.integrity) return false
  }
  return true
}

function install() {
  process.stderr.write('Installing dependencies (this takes a minute, once) …\n')
  const npm = process.env.npm_execpath
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, args] =
    npm === undefined ? ['npm', flags] : [process.execPath, [npm].concat(flags)]
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) throw new SetupError('npm ci failed; its reason stands above.')
}

function filesBelow(folder) {
  const files = []
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) files.push(...filesBelow(file))
    else files.push(file)
  }
  return files.toSorted()
}

/** Over everything that dist/ is made from. */
function hashOfSources() {
  const hash = createHash('sha256')
  const files = filesBelow(path.join(root, 'src')).concat(
    path.join(root, 'tsconfig.json'),
    path.join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
    BUNDLE,
    DECLARATIONS,
    path.join(root, 'scripts', 'declarations.json'),
  )
  for (const file of files) {
    const bytes = fs.readFileSync(file)
    hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

function isBuilt() {
  try {
    return fs.readFileSync(path.join(dist, STAMP), 'utf8') === hashOfSources()
  } catch {
    return false
  }
}

function runOrFail(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new SetupError('the build failed; its reason stands above.')
}

/** Into a folder of its own, then in one step to its place: who starts meanwhile finds a whole one. */
function build() {
  process.stderr.write('Building …\n')
  const stamp = hashOfSources()
  const fresh = path.join(root, `dist.${process.pid}`)
  const old = path.join(root, `dist.${process.pid}.old`)
  try {
    runOrFail([DECLARATIONS, fresh])
    runOrFail([BUNDLE, fresh])
    // npx runs it by its name, and npm makes it executable only the first time
    fs.chmodSync(path.join(fresh, 'main.js'), 0o755)
    fs.writeFileSync(path.join(fresh, STAMP), stamp)
    if (fs.existsSync(dist)) fs.renameSync(dist, old)
    try {
      fs.renameSync(fresh, dist)
    } catch (error) {
      // Another start has just put its own there, from the same sources.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    }
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true })
    fs.rmSync(old, { recursive: true, force: true })
  }
}
