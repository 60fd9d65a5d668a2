import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** With nothing in its cache it takes half a minute; one that takes ten times as long has hung. */
const PATIENCE_MS = 300_000

export interface Session {
  readonly code: number | null
  readonly output: string
}

/** Runs sbt's commands in a build, one after the other, to its end. */
export type Sbt = (
  commands: readonly string[],
  where: { readonly build: string; readonly gnupgHome: string },
) => Promise<Session>

const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** The real sbt. It keeps what it downloads in `cache`, and leaves the user's home alone. */
export function sbtOf(launcher: string, cache: string): Sbt {
  const temporary = join(cache, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const repositories = join(cache, 'repositories')
  writeFileSync(repositories, '[repositories]\n  maven-central\n')
  const properties = {
    'user.home': join(cache, 'home'),
    'java.io.tmpdir': temporary,
    'sbt.boot.directory': join(cache, 'boot'),
    'sbt.global.base': join(cache, 'global'),
    'sbt.ivy.home': join(cache, 'ivy'),
    'sbt.coursier.home': join(cache, 'coursier'),
    'coursier.cache': join(cache, 'coursier'),
    'sbt.override.build.repos': 'true',
    'sbt.repository.config': repositories,
    'sbt.server.autostart': 'false', // its socket's path would be too long in a deep folder
    'sbt.color': 'false',
    'sbt.supershell': 'false',
  }
  const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)
  return async (commands, { build, gnupgHome }) => {
    process.stdout.write(`\n$ sbt ${commands.map((one) => JSON.stringify(one)).join(' ')}\n`)
    const child = spawn(
      'java',
      // short runs: what the second compiler would gain, it costs
      [
        '-Xmx1g',
        '-XX:TieredStopAtLevel=1',
        '-XX:-UsePerfData',
        ...flags,
        '-jar',
        launcher,
        ...commands,
      ],
      {
        cwd: build,
        env: { ...process.env, GNUPGHOME: gnupgHome },
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: PATIENCE_MS,
        killSignal: 'SIGKILL',
      },
    )
    running.add(child)
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      process.stdout.write(text)
    })
    await once(child, 'close').finally(() => running.delete(child))
    return { code: child.exitCode, output }
  }
}
