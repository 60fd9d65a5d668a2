import { join } from 'node:path'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import type { CommandLoaders } from '../../../src/cli/terminal/command.ts'
import { run } from '../../../src/cli/terminal/run.ts'
import { restoreWithheld } from '../../../src/cli/commands/restore-withheld.ts'
import { withhold } from '../../../src/cli/commands/withhold.ts'
import { addWithholdRoutes } from '../../../src/http/control/withhold-routes.ts'
import { PLAIN_AJV } from '../../../src/http/transport/form.ts'
import { answerFailure } from '../../../src/http/answers/failures.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const
const COMMANDS: CommandLoaders = new Map([
  ['withhold', async () => withhold(OPTIONS)],
  ['restore-withheld', async () => restoreWithheld(OPTIONS)],
])
const [ID, OTHER] = ['a'.repeat(64), 'b'.repeat(64)]

/** Runs a command line in this process; what the node was asked stands in `asked`. */
async function terminal() {
  const data = await temporaryDirectory()
  const asked: unknown[] = []
  const said = { out: '', err: '' }
  const world = {
    version: '1',
    out: { terminal: false, write: (text: string) => void (said.out += text) },
    err: { terminal: false, write: (text: string) => void (said.err += text) },
    readStdin: () => Promise.reject(new Error('not read')),
    configure: async () => ({
      settings: {},
      data,
      openNode: () => Promise.reject(new Error('not opened')),
      reindex: () => Promise.reject(new Error('not indexed')),
      restore: () => Promise.reject(new Error('not restored')),
    }),
    interrupted: () => new AbortController().signal,
  }
  const control = fastify({ ajv: { customOptions: PLAIN_AJV } })
  control.setErrorHandler(answerFailure)
  addWithholdRoutes(control, {
    withhold: async (...what) => {
      asked.push(what)
      return { withheld: [ID], left: 0 }
    },
    restoreWithheld: async (ids) => {
      asked.push(ids)
      return { restored: ids.slice(0, 1), missing: ids.slice(1) }
    },
  })
  onTestFinished(() => control.close())
  return {
    asked,
    said,
    listen: () => control.listen({ path: join(data, 'control.sock') }),
    run: (...line: string[]) => run(COMMANDS, line, world),
  }
}

test('withhold and restore-withheld ask the running node over its socket', async () => {
  const { asked, said, listen, run: command } = await terminal()
  await listen()
  expect(await command('withhold', ID, OTHER, '--reason', 'an é', '--code', 'legal')).toBe(0)
  expect(await command('withhold', '--rebuilder', 'A'.repeat(40), '--reason', 'r')).toBe(0)
  const below = ['--collection', 'debian', '--source', 'hello']
  expect(await command('withhold', ...below, '--reason', 'r', '--json')).toBe(0)
  expect(await command('restore-withheld', ID)).toBe(0)
  expect(await command('restore-withheld', ID, OTHER)).toBe(1)
  expect(asked).toEqual([
    [{ ids: [ID, OTHER] }, { reason: 'an é', code: 'legal' }],
    [{ rebuilder: 'A'.repeat(40) }, { reason: 'r', code: 'error' }],
    [
      { collection: 'debian', source: 'hello' },
      { reason: 'r', code: 'error' },
    ],
    [ID],
    [ID, OTHER],
  ])
  expect(said.out).toContain(`withheld  ${ID}\n`)
  expect(said.out).toContain(`{"withheld":["${ID}"]}\n`)
  expect(said.out).toContain(`missing   ${OTHER}`)
  expect(said.err).toBe('')
})

test.each([
  ['nothing', []],
  ['ids and a rebuilder', [ID, '--rebuilder', 'A'.repeat(40)]],
  ['half a path', ['--collection', 'debian']],
  ['no id', ['xyz']],
  ['a code that nobody knows', [ID, '--code', 'mood']],
])('withhold refuses %s before it asks anybody', async (_, line) => {
  const { asked, said, run: command } = await terminal()
  expect(await command('withhold', ...line, '--reason', 'r')).toBe(64)
  expect(asked).toEqual([])
  expect(said.err).toContain('[USAGE]')
})

test('where no node runs it says so', async () => {
  const { said, run: command } = await terminal()
  expect(await command('withhold', ID, '--reason', 'r')).toBe(3)
  expect(said.err).toContain('[NODE_UNREACHABLE]')
})
