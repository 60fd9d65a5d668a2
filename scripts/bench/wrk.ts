import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endsWithUs } from './ends-with-us.ts'

const CONNECTIONS = 32

/** In words, for who reads the figures. */
export const WRK_SETTINGS = `wrk: 1 thread, ${CONNECTIONS} connections, every path in turn`

export const hasWrk = (): boolean => spawnSync('wrk', ['-v']).error === undefined

/** Requests a second that are answered with 200, asking for every path in turn. */
export async function load(
  url: string,
  paths: readonly string[],
  {
    folder,
    seconds,
    accept = 'application/json',
  }: { readonly folder: string; readonly seconds: number; readonly accept?: string },
): Promise<number> {
  const script = join(folder, 'paths.lua')
  writeFileSync(script, scriptOf(paths, accept))
  const size = ['-t', '1', '-c', String(CONNECTIONS), '-d', String(seconds)]
  const child = endsWithUs(
    spawn('wrk', [...size, '-s', script, url], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  let said = ''
  child.stdout.on('data', (text) => (said += String(text)))
  await once(child, 'close')
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]
  if (rate === undefined || /Non-2xx|Socket errors/.test(said)) throw new Error(said)
  return Number(rate)
}

/** Requests are made beforehand, so that wrk only copies them. */
function scriptOf(paths: readonly string[], accept: string): string {
  return `
local paths = { ${paths.map((path) => JSON.stringify(path)).join(', ')} }
local requests = {}
local at = 0
function init(args)
  for i, path in ipairs(paths) do
    requests[i] = wrk.format("GET", path, { ["Accept"] = ${JSON.stringify(accept)} })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`
}
