/* What GnuPG says of a key, and of what it signed: a second opinion beside the vectors. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface GpgPart {
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revoked: boolean
  readonly maySign: boolean
}

function withHome<T>(use: (home: string) => T): T {
  const home = mkdtempSync(join(tmpdir(), 'countersign-gpg-'))
  try {
    return use(home)
  } finally {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
    rmSync(home, { recursive: true, force: true })
  }
}

const options = (home: string): readonly string[] => ['--homedir', home, '--batch', '--quiet']

/** Its primary key and its subkeys; empty where GnuPG takes none of it. */
export const gpgPartsOf = (key: Uint8Array): readonly GpgPart[] =>
  withHome((home) => {
    spawnSync('gpg', [...options(home), '--import'], { input: key })
    const args = [...options(home), '--with-colons', '--fixed-list-mode', '--list-keys']
    const lines = execFileSync('gpg', args, { encoding: 'utf8' }).split('\n')
    return lines.flatMap((line, at) => {
      const [kind, validity, , , , created, expires, , , , , uses = ''] = line.split(':')
      if (kind !== 'pub' && kind !== 'sub') return []
      const [fingerprint = ''] = lines[at + 1]?.split(':').slice(9) ?? []
      return [
        {
          fingerprint,
          createdAt: Number(created) * 1000,
          ...(expires !== '' && { expiresAt: Number(expires) * 1000 }),
          revoked: validity === 'r',
          maySign: uses.includes('s'),
        },
      ]
    })
  })

const SAID = /^\[GNUPG:\] (GOODSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|BADSIG|ERRSIG)/m

/** The first word that it has of a clearsigned document, at a time: GOODSIG, say; `none` if it has none. */
export const gpgSaysOf = (document: Uint8Array, key: Uint8Array, at: number): string =>
  withHome((home) => {
    const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+Z/g, '')
    const faked = [...options(home), '--faked-system-time', `${time}!`]
    spawnSync('gpg', [...options(home), '--import'], { input: key })
    const { stdout } = spawnSync('gpg', [...faked, '--status-fd', '1', '--verify'], {
      input: document,
      encoding: 'utf8',
    })
    return SAID.exec(stdout)?.[1] ?? 'none'
  })
