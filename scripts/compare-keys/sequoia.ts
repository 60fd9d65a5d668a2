import { spawnSync } from 'node:child_process'
import type { Reading, Verdict } from './reading.ts'

/** What `sq inspect` prints of it. `undefined`: sq is not here. */
export function readBySequoia(path: string): Reading | undefined {
  const { stdout, error } = spawnSync('sq', ['inspect', path], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  return error === undefined ? verdictsIn(stdout) : undefined
}

/** Certificates, each with a block for its key and then for every subkey and user id. */
function verdictsIn(text: string): Reading {
  const found = new Map<string, Verdict>()
  for (const certificate of text.split(/(?=^ *Fingerprint: [0-9A-F]{40,64}$)/m).slice(1)) {
    // the one reason stands at the user id, what follows from it at the key
    const isOld = /Invalid: No binding signature/.test(certificate) && isPolicy(certificate)
    let primary: Verdict | undefined
    for (const block of certificate.split(/\n\s*\n/)) {
      const fingerprint = /^ *Fingerprint: ([0-9A-F]{40,64})$/m.exec(block)?.[1]
      const subkey = /^ *Subkey: ([0-9A-F]{40,64})$/m.exec(block)?.[1]
      if (fingerprint !== undefined) {
        primary = isOld ? 'policy' : generalVerdict(block)
        found.set(fingerprint, primary ?? signing(block))
      } else if (subkey !== undefined)
        found.set(subkey, worse(primary, generalVerdict(block)) ?? signing(block))
    }
  }
  return found
}

const isPolicy = (text: string): boolean =>
  /because: [\w-]+ is not considered secure|Policy rejected/.test(text)

const signing = (block: string): Verdict =>
  /^ *Key flags: .*\bsigning\b/m.test(block) ? 'signs' : 'no'

/** What is so whatever the key is for. */
function generalVerdict(block: string): Verdict | undefined {
  if (/^ *Revoked:/m.test(block)) return 'revoked'
  if (isPolicy(block)) return 'policy'
  if (/is not live|Expired/i.test(block)) return signing(block) === 'no' ? 'no' : 'ended'
  const end = /^ *Expiration time: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC/m.exec(block)?.[1]
  if (end !== undefined && Date.parse(`${end.replace(' ', 'T')}Z`) <= Date.now())
    return signing(block) === 'no' ? 'no' : 'ended'
  if (/^ *Invalid:/m.test(block)) return 'no'
  return undefined
}

const ORDER: readonly Verdict[] = ['revoked', 'policy', 'no', 'ended']

const worse = (one: Verdict | undefined, other: Verdict | undefined): Verdict | undefined =>
  ORDER.find((verdict) => verdict === one || verdict === other)
