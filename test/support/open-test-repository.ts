import { onTestFinished } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { openLogger } from '../../src/base/logger.ts'
import { openData } from '../../src/open-data.ts'
import type { OpenRepository } from '../../src/repository/opened-repository.ts'
import type { NodeRepository } from '../../src/contract/node-repository.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Default settings for a data folder, verifying in this thread: workers cannot load TypeScript. */
export async function testConfig(data: string, settings: Partial<Config> = {}): Promise<Config> {
  const config = await loadConfig({ flags: { data }, environment: {}, folder: data })
  return { ...config, verificationThreads: 0, logLevel: 'error', ...settings }
}

/** Everything that a node has on disk, without a door. Close it before the folder goes. */
export async function openTestData(
  data: string,
  settings: Partial<Config> = {},
): Promise<OpenRepository> {
  return openData(await testConfig(data, settings), openLogger('error'))
}

/** A real repository in a folder of its own, closed when the test ends. */
export async function openTestRepository(settings: Partial<Config> = {}): Promise<NodeRepository> {
  const opened = await openTestData(await temporaryDirectory(), settings)
  onTestFinished(() => opened.close())
  return opened.repository
}
