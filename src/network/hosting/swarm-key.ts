import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../../base/errors.ts'

/**
 * The pre-shared key of a private network, as libp2p reads it.
 * @param path of a file
 * @throws ConfigError SETTING_INVALID
 */
export async function readSwarmKey(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ConfigError('SETTING_INVALID', `swarm-key: ${path} cannot be read`, { cause })
  })
  if (!bytes.toString('latin1').startsWith('/key/swarm/psk/1.0.0/'))
    throw new ConfigError(
      'SETTING_INVALID',
      `swarm-key: ${path} is no swarm key; its first line is /key/swarm/psk/1.0.0/, its second /base16/, its third 64 hex digits`,
    )
  return bytes
}

/**
 * Tells private networks apart without saying their keys; empty: no private one.
 * @param path of the file with its key
 * @throws ConfigError SETTING_INVALID
 */
export async function swarmName(path: string | undefined): Promise<string> {
  if (path === undefined) return ''
  const key = (await readSwarmKey(path)).toString().trim()
  return createHash('sha256').update(`countersign swarm ${key}`).digest('hex').slice(0, 32)
}
