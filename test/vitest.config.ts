import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

const layer = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout },
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
      layer('unit', 10_000),
      layer('properties', 30_000),
      layer('vectors', 20_000),
      layer('spec', 30_000),
      layer('stores', 30_000),
      layer('http', 30_000),
      layer('network', 60_000),
      layer('programs', 120_000),
      layer('browser', 120_000),
    ],
  },
})
