import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

/** Of tests that are larger than a room, or slower. Whatever lies in no such folder is in the first project. */
const APART = ['http', 'network', 'programs', 'browser']

const testsIn = (folder: string): string => `test/${folder}/**/*.test.ts`

const layer = (name: string, testTimeout: number, exclude: readonly string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: [exclude.length > 0 ? 'test/**/*.test.ts' : testsIn(name)],
    exclude: [...exclude],
    testTimeout,
  },
})

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks', // worker threads abort: rocksdb-native cannot load twice in one process
    isolate: false, // tests share modules, so modules hold no state
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    setupFiles: ['src/base/node20.ts'],
    projects: [
      layer('rooms', 30_000, APART.map(testsIn)),
      layer('http', 30_000),
      layer('network', 60_000),
      layer('programs', 120_000),
      layer('browser', 120_000),
    ],
  },
})
