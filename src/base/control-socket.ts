import { close, open } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a path of a Unix socket can have on every system, in bytes (sun_path; Linux has 107). */
const LONGEST = 103

export interface ControlSocket {
  readonly path: string
  /** To be called when the socket is open. */
  readonly release: () => Promise<void>
}

/**
 * Where a running node takes its operator's word. A path that is too long for a socket is reached by the number of the
 * open folder, which Linux has.
 */
export async function controlSocket(data: string): Promise<ControlSocket> {
  const path = join(data, 'control.sock')
  if (Buffer.byteLength(path) <= LONGEST) return { path, release: async () => undefined }
  const folder = await promisify(open)(data, 'r')
  return {
    path: `/proc/self/fd/${folder}/control.sock`,
    release: () => promisify(close)(folder),
  }
}
