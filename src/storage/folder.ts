import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes a folder and those above it where they are not there. Its name must survive power loss too. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const above = dirname(path)
  await makeOne(above, 0o777)
  if (!(await makeOne(path, mode))) return
  const folder = await open(above)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * With the folders above it; false if it was there. Not mkdir's own `recursive`: below /proc, where no folder can be
 * made, that tries without end (Node 20).
 */
async function makeOne(path: string, mode: number): Promise<boolean> {
  const make = () => mkdir(path, { mode })
  try {
    await make().catch(async (error: unknown) => {
      const above = dirname(path)
      if (errno(error) !== 'ENOENT' || above === path) throw error
      await makeOne(above, 0o777)
      await make()
    })
    return true
  } catch (error) {
    const isFolder = errno(error) === 'EEXIST' && (await stat(path)).isDirectory()
    if (!isFolder) throw error
    return false
  }
}

function errno(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
