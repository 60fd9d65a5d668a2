import { beforeAll, describe, expect, test } from 'vitest'
import { BENCHES } from '../../scripts/bench/runs.ts'
import { FAULTS } from '../../scripts/faults/runs.ts'
import { build, ROOT, start } from '../support/program.ts'

/** Each ends itself, with a sentence, before that. */
const PATIENCE_MS = 190_000

beforeAll(build)

describe.each([
  ['bench', Object.keys(BENCHES)],
  ['faults', Object.keys(FAULTS)],
])('npm run %s', (kind, names) => {
  test.each(names)(
    `-- %s does all that it does, on little`,
    async (name) => {
      const args = ['--import', 'tsx', `scripts/${kind}/main.ts`, name, '--short']
      const ended = await start(process.execPath, args, { patience: PATIENCE_MS }).ended
      expect(ended).toMatchObject({ code: 0 })
      expect(ended.out).toContain(name)
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
