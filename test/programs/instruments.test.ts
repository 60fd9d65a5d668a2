import { beforeAll, describe, expect, test } from 'vitest'
import { BENCHES } from '../../scripts/bench/runs.ts'
import { FAULTS } from '../../scripts/faults/runs.ts'
import { build, ROOT, start } from '../support/program.ts'

/** Each of them ends itself, with a sentence, before that. */
const PATIENCE_MS = 190_000

beforeAll(build)

describe.concurrent.each([
  ['bench', Object.keys(BENCHES)],
  ['faults', Object.keys(FAULTS)],
])('npm run %s', (kind, names) => {
  test.concurrent(
    'does all that it does, on little',
    async ({ expect: expectHere }) => {
      const args = ['--import', 'tsx', `scripts/${kind}/main.ts`, '--short']
      const ended = await start(process.execPath, args, { patience: PATIENCE_MS }).ended
      expectHere(ended).toMatchObject({ code: 0 })
      for (const name of names) expectHere(ended.out).toContain(name)
    },
    PATIENCE_MS,
  )

  test('knows what it does not run', async () => {
    const args = ['--import', 'tsx', `scripts/${kind}/main.ts`, 'nothing']
    const { code, err } = await start(process.execPath, args, { cwd: ROOT }).ended
    expect(code).toBe(64)
    for (const name of names) expect(err).toContain(name)
  })
})
