import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from './temporary-directory.ts'

/** A file with the key of a private network of its own. */
export async function swarmKeyFile(): Promise<string> {
  const file = join(await temporaryDirectory(), 'swarm.key')
  await writeFile(file, `/key/swarm/psk/1.0.0/\n/base16/\n${randomBytes(32).toString('hex')}\n`)
  return file
}
