#!/usr/bin/env node
import './base/node20.ts'
import { readFileSync } from 'node:fs'
import type { Command, Configured, CommandLoaders, CommandContext } from './cli/terminal/command.ts'
import { interrupted } from './cli/terminal/interrupted.ts'
import { run } from './cli/terminal/run.ts'
import { readAll } from './cli/terminal/standard-input.ts'
import { openOutput } from './cli/terminal/standard-output.ts'
import type { Config } from './config/config.ts'
import type { SETTING_OPTIONS } from './config/settings.ts'

/** Enough to find a running node. */
const DATA_OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const

/** One command needs a tenth of what all of them do, so each is loaded when it is asked for. In the order of the help. */
const COMMANDS: CommandLoaders = new Map([
  ['serve', async () => withSettings((await import('./cli/commands/serve.ts')).serve)],
  ['submit', async () => (await import('./cli/commands/submit.ts')).submit],
  ['find', async () => (await import('./cli/commands/find.ts')).find],
  ['check', async () => (await import('./cli/commands/check.ts')).check],
  ['bundle', async () => (await import('./cli/commands/bundle.ts')).bundle],
  ['policy init', async () => (await import('./cli/commands/policy.ts')).policyInit],
  ['policy add-operator', async () => (await import('./cli/commands/policy.ts')).policyAddOperator],
  ['agreement', async () => (await import('./cli/commands/agreement.ts')).agreement],
  ['compare', async () => (await import('./cli/commands/compare.ts')).compare],
  [
    'import rebuilderd',
    async () => (await import('./cli/commands/import-rebuilderd.ts')).importRebuilderd,
  ],
  ['key add', async () => (await import('./cli/commands/key-add.ts')).keyAdd],
  ['key get', async () => (await import('./cli/commands/key-get.ts')).keyGet],
  ['status', async () => (await import('./cli/commands/status.ts')).status],
  ['peers add', async () => (await import('./cli/commands/peers.ts')).peersAdd(DATA_OPTIONS)],
  ['peers remove', async () => (await import('./cli/commands/peers.ts')).peersRemove(DATA_OPTIONS)],
  ['peers list', async () => (await import('./cli/commands/peers.ts')).peersList(DATA_OPTIONS)],
  [
    'peers known',
    async () => (await import('./cli/commands/peers-known.ts')).peersKnown(DATA_OPTIONS),
  ],
  ['peers ban', async () => (await import('./cli/commands/peers-ban.ts')).peersBan(DATA_OPTIONS)],
  [
    'peers unban',
    async () => (await import('./cli/commands/peers-ban.ts')).peersUnban(DATA_OPTIONS),
  ],
  ['withhold', async () => (await import('./cli/commands/withhold.ts')).withhold(DATA_OPTIONS)],
  [
    'restore-withheld',
    async () => (await import('./cli/commands/restore-withheld.ts')).restoreWithheld(DATA_OPTIONS),
  ],
  ['verify-proof', async () => (await import('./cli/commands/verify-proof.ts')).verifyProof],
  ['restore', async () => withSettings((await import('./cli/commands/restore.ts')).restore)],
  ['reindex', async () => withSettings((await import('./cli/commands/reindex.ts')).reindex)],
  [
    'check-config',
    async () => withSettings((await import('./cli/commands/check-config.ts')).checkConfig),
  ],
])

async function withSettings(
  command: (options: typeof SETTING_OPTIONS, help: string) => Command,
): Promise<Command> {
  const settings = await import('./config/settings.ts')
  return command(settings.SETTING_OPTIONS, settings.SETTING_HELP)
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}

/** The node and its logger are imported only by who needs them: a question must not wait for a database. */
async function configured(config: Config): Promise<Configured> {
  const { describeConfig } = await import('./config/describe.ts')
  return {
    settings: describeConfig(config),
    data: config.data,
    async openNode(signal) {
      const { withSmallHeap: holdingLittle } = await import('./base/heap.ts')
      const [node, logger] = await holdingLittle(() =>
        Promise.all([import('./node.ts'), startLogger(config)]),
      )
      return node.openNode(config, { signal, logger })
    },
    async reindex(onProgress) {
      const [node, logger] = await Promise.all([import('./stopped-node.ts'), startLogger(config)])
      await node.reindex(config, logger, onProgress)
    },
    async restore() {
      const [node, logger] = await Promise.all([import('./stopped-node.ts'), startLogger(config)])
      return node.restore(config, logger)
    },
  }
}

async function startLogger(config: Config) {
  const { openLogger } = await import('./base/logger.ts')
  const logger = openLogger(config.logLevel)
  // hypercore says there what it meets, and standard output is for answers
  console.log = (...words: readonly unknown[]) => logger.warn(words.join(' '))
  return logger
}

const world: CommandContext = {
  version: readVersion(),
  out: openOutput(process.stdout),
  err: openOutput(process.stderr),
  readStdin: readAll,
  configure: async (flags) => {
    const { loadConfig } = await import('./config/config.ts')
    return configured(await loadConfig({ flags, environment: process.env, folder: process.cwd() }))
  },
  interrupted,
}

process.exitCode = await run(COMMANDS, process.argv.slice(2), world)
