import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export const SBT_VERSION = '1.11.7'
const SHA256 = 'f92a2095ac75008764fe3b2b793ffe624c4fbef5bfd9b0022e4bc2daf668c651'
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'

/**
 * sbt's launcher, a jar that gets the rest of sbt by itself. Maven brings it: it knows from where, also behind a mirror.
 * @param cache where it stays for the next time
 */
export function launcherIn(cache: string): string {
  const file = join(cache, `sbt-launch-${SBT_VERSION}.jar`)
  if (!existsSync(file)) {
    const { status, error } = spawnSync(
      'mvn',
      [
        '--batch-mode',
        '--quiet',
        '-Dstyle.color=never',
        `-Dmaven.repo.local=${join(cache, 'maven')}`,
        COPY,
        `-Dartifact=org.scala-sbt:sbt-launch:${SBT_VERSION}`,
        `-DoutputDirectory=${cache}`,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    if (error !== undefined) throw new Error(`mvn cannot be run: ${error.message}`)
    if (status !== 0) throw new Error(`mvn ended with ${status}`)
  }
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (sha256 !== SHA256) {
    rmSync(file) // the next time it is fetched anew
    throw new Error(`${file} was not the launcher: its SHA-256 is ${sha256}`)
  }
  return file
}
