// The program itself, as anybody would run it, for the scripts that show what it does.
import { spawn } from 'node:child_process'
import * as path from 'node:path'
import { dist, root } from './setup.js'

const MAIN = path.join(dist, 'main.js')

/** @param stdio as of node:child_process */
export function start(args, stdio) {
  return spawn(process.execPath, [MAIN].concat(args), { cwd: root, stdio })
}

/** Resolves to its exit code. */
export function ended(child) {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (interrupted = true))

/** Says why a script ends before its end. */
export function failed(name, error) {
  process.stderr.write(`${name}: ${interrupted ? 'interrupted' : error.message}\n`)
  process.exitCode = interrupted ? 130 : 1
}

/** Shows a command as one would type it, and runs it: it has to end with this code. */
export async function show(args, expected = 0) {
  process.stdout.write(`$ countersign ${args.join(' ')}\n`)
  const code = await ended(start(args, ['ignore', 'inherit', 'inherit']))
  process.stdout.write('\n')
  if (code !== expected) throw new Error(`countersign ${args[0]} ended with ${code}`)
}
