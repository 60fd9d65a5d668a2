import { copyFile, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ShadowFolder {
  readonly path: string
  readonly remove: () => Promise<void>
}

/** In memory first: the disk of the other can be the one that is full. */
const PLACES = ['/dev/shm', tmpdir()]
/** LevelDB never changes them, only makes and deletes them. */
const isTable = (name: string): boolean => /\.(?:ldb|sst)$/.test(name)

/**
 * A folder beside a level that can be opened and written where the level itself cannot, because its disk is full or can
 * only be read: its tables by name, its log copied. What is written there is gone when it is closed.
 */
export async function shadowFolder(level: string): Promise<ShadowFolder> {
  const names = await readdir(level)
  let failure: unknown
  for (const place of PLACES) {
    let path: string | undefined
    try {
      path = await mkdtemp(join(place, 'countersign-'))
      for (const name of names) {
        const [from, to] = [resolve(level, name), join(path, name)]
        if (isTable(name)) await symlink(from, to)
        else if (isNeeded(name)) await copyFile(from, to)
      }
      const made = path
      return { path: made, remove: () => rm(made, { recursive: true, force: true }) }
    } catch (error) {
      failure = error
      if (path !== undefined)
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
  }
  throw failure
}

const isNeeded = (name: string): boolean => /^(?:CURRENT|MANIFEST-\d+|\d+\.log)$/.test(name)
