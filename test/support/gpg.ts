import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Is the real gpg there? What needs it says so in its name where it is not. */
export const hasGpg = spawnSync('gpg', ['--version']).status === 0

export type Gpg = (args: readonly string[], input?: Uint8Array | string) => string

/** Runs `use` with a gpg that has a home of its own, and removes that. */
export function withGpg<T>(use: (gpg: Gpg) => T): T {
  const home = mkdtempSync(join(tmpdir(), 'countersign-gpg-'))
  try {
    return use((args, input) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], {
        input: input ?? '',
        stdio: ['pipe', 'pipe', 'pipe'],
        encoding: 'utf8',
      }),
    )
  } finally {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
    rmSync(home, { recursive: true, force: true })
  }
}
