import { expect, test } from 'vitest'
import { ROOT, start } from '../support/program.ts'

/** Makes what dies and what lives a while, and says how large both halves of the young generation are then, in MiB. */
const WORK = `
import { getHeapSpaceStatistics } from 'node:v8'
import { setImmediate } from 'node:timers/promises'
const ring = []
for (let at = 0; at < 400_000; at += 1) {
  ring[at % 60_000] = { text: 'x' + at, more: new Array(60).fill(at) }
  if (at % 1000 === 0) await setImmediate()
}
const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
console.log(young.space_size / 2 ** 20)
`
const HOLDING = `
import { withSmallHeap } from '${ROOT}src/base/heap.ts'
console.log(await withSmallHeap(async () => 'loaded'))
${WORK}`

async function said(source: string): Promise<readonly string[]> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', source]
  const { code, out } = await start(process.execPath, args, { cwd: ROOT }).ended
  expect(code).toBe(0)
  return out.trimEnd().split('\n')
}

test('a process that is to hold little keeps its young generation small, whatever started it', async () => {
  const [[loaded, little], [usual]] = await Promise.all([said(HOLDING), said(WORK)])
  expect(loaded).toBe('loaded')
  expect(Number(little)).toBeLessThanOrEqual(16)
  expect(Number(usual)).toBeGreaterThan(16)
})
