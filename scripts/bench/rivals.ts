import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Corpus, Made } from './corpus.ts'
import { endsWithUs } from './ends-with-us.ts'

/** What some certifications cost. */
export interface Cost {
  readonly seconds: number
  readonly cpuSeconds: number
}

export interface Rival {
  readonly name: string
  /** Verifies files `from` to `from + count`, one after the other. */
  verify(from: number, count: number): Promise<Cost>
  close(): void
}

/** Files as the rivals want them: `N.buildinfo`, beside it `N.buildinfo.asc` if it is detached, and all keys. */
export function writeFiles(folder: string, corpus: Corpus, made: readonly Made[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'keys.asc'), corpus.signers.map((one) => one.publicKey).join(''))
  for (const [at, { bytes, signature }] of made.entries()) {
    writeFileSync(join(folder, `${at}.buildinfo`), bytes)
    if (signature !== undefined) writeFileSync(join(folder, `${at}.buildinfo.asc`), signature)
  }
}

/**
 * gpg or gpgv, a process for each file, from a shell that does nothing else. gpg is spared its trust database.
 * @returns `undefined` if there is no such program
 */
export function gnupg(program: 'gpg' | 'gpgv', folder: string): Rival | undefined {
  if (spawnSync(program, ['--version']).status !== 0) return undefined
  if (spawnSync('gpg', ['--version']).status !== 0) return undefined
  const home = join(folder, 'gnupg')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const quiet = ['--homedir', home, '--batch', '--quiet']
  execFileSync('gpg', [...quiet, '--import', join(folder, 'keys.asc')], { stdio: 'ignore' })
  const command = {
    gpg: ['gpg', ...quiet, '--trust-model', 'always', '--no-auto-check-trustdb', '--verify'],
    gpgv: ['gpgv', '--quiet', '--keyring', join(home, 'pubring.kbx')],
  }[program]
  const loop = `cd "$1"; from=$2; to=$3; shift 3; while [ $from -lt $to ]; do f=$from.buildinfo
    if [ -e $f.asc ]; then "$@" $f.asc $f; else "$@" $f; fi >/dev/null 2>&1 || exit 1
    from=$((from+1)); done; times`
  return {
    name: program === 'gpg' ? 'gpg --verify' : 'gpgv',
    async verify(from, count) {
      const started = performance.now()
      const range = [folder, String(from), String(from + count)]
      const child = endsWithUs(spawn('sh', ['-c', loop, 'sh', ...range, ...command]))
      let said = ''
      child.stdout.on('data', (text) => (said += String(text)))
      await once(child, 'close')
      if (child.exitCode !== 0) throw new Error(`${program} did not find a signature good`)
      return { seconds: (performance.now() - started) / 1000, cpuSeconds: sumOfTimes(said) }
    },
    close: () => spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']),
  }
}

/** What `times` says: minutes and seconds, user and system, of the shell and of its children. */
function sumOfTimes(text: string): number {
  return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

/** openpgp.js's `verify()` in a process of its own. */
export function openpgpDefault(folder: string): Rival {
  const script = fileURLToPath(new URL('./openpgp-rival.ts', import.meta.url))
  const child = endsWithUs(
    spawn(process.execPath, ['--import', 'tsx', script, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    name: 'openpgp.js verify()',
    async verify(from, count) {
      child.stdin.write(`${from} ${count}\n`)
      const line = await lines.next()
      if (line.done === true) throw new Error('openpgp.js did not find a signature good')
      const [seconds = Number.NaN, cpuSeconds = Number.NaN] = line.value.split(' ').map(Number)
      return { seconds, cpuSeconds }
    },
    close: () => child.stdin.end(),
  }
}
