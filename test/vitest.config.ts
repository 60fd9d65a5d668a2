import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

/** Folders of tests that are named after the rooms of src/, and what goes with these. */
const ROOMS = [
  'base',
  'certification',
  'check',
  'cli',
  'client',
  'config',
  'feeds',
  'indexes',
  'repository',
  'scripts',
  'spec',
  'state',
  'storage',
]

const layer = (name: string, testTimeout: number, folders: readonly string[] = [name]) => ({
  extends: true as const,
  test: { name, include: folders.map((folder) => `test/${folder}/**/*.test.ts`), testTimeout },
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
      layer('rooms', 30_000, ROOMS),
      layer('http', 30_000),
      layer('network', 60_000),
      layer('programs', 120_000),
      layer('browser', 120_000),
    ],
  },
})
