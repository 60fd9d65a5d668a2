import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes that a folder takes on the disk, everything below it, as du counts. */
export function diskBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    return sum + (entry.isDirectory() ? diskBytes(path) : statSync(path).blocks * 512)
  }, 0)
}
