// node scripts/bundle.js FOLDER: the program as few files instead of two thousand, so that it starts with half the processor time.
// Loaded by scripts/setup.js when dependencies are there.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is started or imported by its name; `new URL('./NAME.js', import.meta.url)` finds the first level from any chunk. */
const ENTRIES = {
  main: 'src/main.ts',
  'verification-thread': 'src/repository/verification/verification-thread.ts',
  'check/check': 'src/check/check.ts',
}

/** They find native code or a worker's file beside themselves. */
const EXTERNAL = [
  'bare-*',
  'classic-level',
  'fs-native-extensions',
  'piscina',
  'quickbit-native',
  'rocksdb-native',
  'simdle-native',
  'sodium-native',
]

/** CommonJS modules inside expect these three. */
const BANNER = `import { createRequire as requireOf } from 'node:module'
import { fileURLToPath as pathOf } from 'node:url'
const require = requireOf(import.meta.url), __filename = pathOf(import.meta.url), __dirname = pathOf(new URL('.', import.meta.url))`

const outdir = path.resolve(process.argv[2])

await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: EXTERNAL,
  banner: { js: BANNER },
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
})

// read beside the first level, as the thread is
const assets = path.join(root, 'src', 'http', 'assets')
for (const name of fs.readdirSync(assets))
  if (/\.(?:css|js)$/.test(name)) fs.copyFileSync(path.join(assets, name), path.join(outdir, name))
