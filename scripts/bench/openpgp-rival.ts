/*
 * openpgp.js as its manual says: `verify()` with default settings and keys that were parsed before, one after the other
 * on one core. A process of its own: reads the files of a folder, answers each line
 * `FROM COUNT` with `SECONDS CPU-SECONDS`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as openpgp from 'openpgp'

const [, , folder = '.'] = process.argv

const keys = new Map<string, openpgp.PublicKey>()
for (const block of readFileSync(join(folder, 'keys.asc'), 'utf8').split(/(?<=END PGP.*\n)/)) {
  const key = await openpgp.readKey({ armoredKey: block })
  keys.set(key.getKeyID().toHex(), key)
}

const files = readdirSync(folder).filter((name) => name.endsWith('.buildinfo'))

for await (const line of createInterface({ input: process.stdin })) {
  const [from = 0, count = 0] = line.split(' ').map(Number)
  const names = files.slice(from, from + count)
  const started = performance.now()
  const cpu = process.cpuUsage()
  for (const name of names) await verifyFile(join(folder, name))
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - started) / 1000
  process.stdout.write(`${seconds} ${(user + system) / 1e6}\n`)
}

async function verifyFile(path: string): Promise<void> {
  const bytes = readFileSync(path)
  const detached = readIfThere(`${path}.asc`)
  if (detached === undefined) {
    const message = await openpgp.readCleartextMessage({ cleartextMessage: bytes.toString() })
    return expectGood((verificationKeys) => openpgp.verify({ message, verificationKeys }), message)
  }
  const signature = await openpgp.readSignature({ armoredSignature: detached.toString() })
  const message = await openpgp.createMessage({ binary: bytes })
  await expectGood(
    (verificationKeys) =>
      openpgp.verify({ message, signature, verificationKeys, format: 'binary' }),
    { getSigningKeyIDs: () => signature.getSigningKeyIDs() },
  )
}

async function expectGood(
  verify: (
    keys: openpgp.PublicKey,
  ) => Promise<{ signatures: readonly { verified: Promise<boolean> }[] }>,
  signed: { getSigningKeyIDs(): readonly openpgp.KeyID[] },
): Promise<void> {
  const key = keys.get(signed.getSigningKeyIDs()[0]?.toHex() ?? '')
  if (key === undefined) throw new Error('a signature by none of the keys')
  const { signatures } = await verify(key)
  await signatures[0]?.verified
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
