import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reading, Verdict } from './reading.ts'

/** `undefined`: GnuPG is not here. Each file gets a keyring of its own. */
export function readByGpg(path: string): Reading | undefined {
  const home = mkdtempSync(join(tmpdir(), 'countersign-gpg-'))
  const run = (...args: readonly string[]) =>
    spawnSync('gpg', ['--homedir', home, '--batch', '--no-auto-check-trustdb', ...args], {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    })
  try {
    if (run('--import', path).error !== undefined) return undefined
    return verdictsIn(run('--with-colons', '--fixed-list-mode', '--list-keys').stdout)
  } finally {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
    rmSync(home, { recursive: true, force: true })
  }
}

/** Fields of doc/DETAILS: 2 validity, 12 capabilities (of the key itself in lower case). */
function verdictsIn(listing: string): Reading {
  const found = new Map<string, Verdict>()
  let coming: Verdict | undefined
  for (const line of listing.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === 'pub' || fields[0] === 'sub') coming = verdictOf(fields)
    else if (fields[0] === 'fpr' && coming !== undefined) {
      found.set(fields[9] ?? '', coming)
      coming = undefined
    }
  }
  return found
}

function verdictOf([
  ,
  validity = '',
  ,
  ,
  ,
  ,
  ,
  ,
  ,
  ,
  ,
  capabilities = '',
]: readonly string[]): Verdict {
  if (validity === 'r') return 'revoked'
  if (validity === 'i' || validity === 'd' || validity === 'n') return 'no'
  if (!capabilities.includes('s')) return 'no'
  return validity === 'e' ? 'ended' : 'signs'
}
