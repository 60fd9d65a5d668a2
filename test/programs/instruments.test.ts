import { beforeAll, expect, test } from 'vitest'
import { BENCHES } from '../../scripts/bench/runs.ts'
import { FAULTS } from '../../scripts/faults/runs.ts'
import { build, ROOT, start } from '../support/program.ts'

/** Each of them ends itself, with a sentence, before that. */
const PATIENCE_MS = 600_000

beforeAll(build)

const KINDS = [
  ['bench', Object.keys(BENCHES)],
  ['faults', Object.keys(FAULTS)],
] as const

test(
  'npm run bench and npm run faults do all that they do, on little',
  async () => {
    // beside each other: much of it is waiting
    const ended = await Promise.all(
      KINDS.map(async ([kind]) => {
        const args = ['--import', 'tsx', `scripts/${kind}/main.ts`, '--short']
        return start(process.execPath, args, { patience: PATIENCE_MS }).ended
      }),
    )
    for (const [at, [, names]] of KINDS.entries()) {
      expect(ended[at]).toMatchObject({ code: 0 })
      for (const name of names) expect(ended[at]?.out).toContain(name)
    }
  },
  PATIENCE_MS,
)

const WRONG = [
  ['nothing'],
  ['toString'],
  ['--nothing'],
  ['--count', 'many'],
  ['--count'],
  ['--short=1'],
]

test.each(KINDS)('npm run %s knows what it does not run', async (kind, names) => {
  for (const wrong of WRONG) {
    const args = ['--import', 'tsx', `scripts/${kind}/main.ts`, ...wrong]
    const { code, err } = await start(process.execPath, args, { cwd: ROOT }).ended
    expect([wrong, code, err]).toEqual([
      wrong,
      64,
      `usage: npm run ${kind} -- [${names.join('|')}] [--count N] [--only PART] [--short]\n`,
    ])
  }
})
