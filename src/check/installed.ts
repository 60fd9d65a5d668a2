/* What dpkg says is installed, with the checksums that apt's lists of the archive give. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileNamesOf } from '../certification/artifact-name.ts'
import type { Subject } from '../certification/agreement/verdict.ts'
import { ConfigError, StorageError } from '../base/errors.ts'

const run = promisify(execFile)
const MAX_OUTPUT = 512 * 1024 * 1024
/** Names on one command line. */
const AT_ONCE = 500
/** apt-cache ends so as soon as one name is in no list. */
const NOT_ALL_FOUND = 100

export interface Installed {
  readonly subjects: readonly Subject[]
  /** Names of those whose checksum is in no list: built here, or not in the archive any more. */
  readonly withoutChecksum: readonly string[]
}

/** @throws ConfigError USAGE where there is no dpkg and apt; StorageError DISK where they fail */
export async function installedPackages(): Promise<Installed> {
  const format = '${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\\n'
  const listed = await output('dpkg-query', ['-W', '-f', format])
  const wanted = listed.split('\n').flatMap((line) => {
    const [status = '', name, version, architecture] = line.trim().split(/ +/)
    // all but what is not installed, or only its configuration
    return /^.[^nc]/.test(status) && name !== undefined && version !== undefined
      ? [{ name, version, architecture: architecture ?? '' }]
      : []
  })
  const known = new Map<string, Subject>()
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE)
    const names = some.map(({ name, version, architecture }) =>
      architecture === 'all' ? `${name}=${version}` : `${name}:${architecture}=${version}`,
    )
    for (const subject of subjectsIn(await output('apt-cache', ['show', ...names])))
      known.set(subject.name, subject)
  }
  const found = wanted.map(
    ({ name, version, architecture }) => `${name}_${version}_${architecture}`,
  )
  return {
    subjects: found.flatMap((name) => known.get(name) ?? []),
    withoutChecksum: found.filter((name) => !known.has(name)),
  }
}

/** Stanzas of a Packages file that have a strong checksum. */
export function subjectsIn(text: string): readonly Subject[] {
  return text.split(/\n{2,}/).flatMap((stanza) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (\\S+)$`, 'm').exec(stanza)?.[1]
    const [name, version, architecture] = [
      field('Package'),
      field('Version'),
      field('Architecture'),
    ]
    const [sha256, sha512, size] = [field('SHA256'), field('SHA512'), field('Size')]
    if (name === undefined || version === undefined || architecture === undefined) return []
    if (sha256 === undefined && sha512 === undefined) return []
    const shown = `${name}_${version}_${architecture}`
    return [
      {
        name: shown,
        collection: 'debian',
        names: fileNamesOf(shown),
        ...(size !== undefined && { size: Number(size) }),
        checksums: {
          ...(sha256 !== undefined && { sha256 }),
          ...(sha512 !== undefined && { sha512 }),
        },
      },
    ]
  })
}

async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(program, [...args], {
      maxBuffer: MAX_OUTPUT,
      env: { ...process.env, LC_ALL: 'C' },
    })
    return stdout
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const stdout = cause instanceof Error && 'stdout' in cause ? cause.stdout : undefined
    if (program === 'apt-cache' && code === NOT_ALL_FOUND && typeof stdout === 'string')
      return stdout
    if (code !== 'ENOENT')
      throw new StorageError('DISK', `${program} cannot say what is installed.`, { cause })
    throw new ConfigError('USAGE', `--installed asks ${program}, which this system does not have`, {
      cause,
    })
  }
}
