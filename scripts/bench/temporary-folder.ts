import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for as long as `use` runs; it goes as well when the bench fails or is interrupted. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', remove)
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    return await use(folder)
  } finally {
    remove()
    process.off('exit', remove)
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}

function interrupted(): void {
  process.exit(130)
}
