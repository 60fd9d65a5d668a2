import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** Somebody with a key, in a GnuPG home that has nothing else. */
export interface Rebuilder {
  readonly gnupgHome: string
  readonly fingerprint: string
  readonly key: string
  /** Ends the agent that GnuPG started. */
  leave(): void
}

export function newRebuilder(name: string, gnupgHome: string): Rebuilder {
  mkdirSync(gnupgHome, { mode: 0o700 })
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--homedir', gnupgHome, '--batch', '--quiet', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const user = `${name} <${name}@example.org>`
  gpg('--passphrase', '', '--quick-generate-key', user, 'ed25519', 'sign', 'never')
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys'))?.[1]
  if (fingerprint === undefined) throw new Error('gpg made no key')
  return {
    gnupgHome,
    fingerprint,
    key: gpg('--armor', '--export'),
    leave: () => spawnSync('gpgconf', ['--homedir', gnupgHome, '--kill', 'all']),
  }
}
