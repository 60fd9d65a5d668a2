#!/usr/bin/env node
import './node20.ts'
import { readFileSync } from 'node:fs'
import { agreement } from './cli/agreement.ts'
import { bundle } from './cli/bundle.ts'
import { check } from './cli/check.ts'
import { checkConfig } from './cli/check-config.ts'
import type { Command, Configured, World } from './cli/command.ts'
import { compare } from './cli/compare.ts'
import { find } from './cli/find.ts'
import { importRebuilderd } from './cli/import-rebuilderd.ts'
import { keyAdd } from './cli/key-add.ts'
import { keyGet } from './cli/key-get.ts'
import { peersAdd, peersList, peersRemove } from './cli/peers.ts'
import { policyAddOperator, policyInit } from './cli/policy.ts'
import { reindex } from './cli/reindex.ts'
import { restore } from './cli/restore.ts'
import { restoreWithheld } from './cli/restore-withheld.ts'
import { run } from './cli/run.ts'
import { serve } from './cli/serve.ts'
import { status } from './cli/status.ts'
import { submit } from './cli/submit.ts'
import { verifyProof } from './cli/verify-proof.ts'
import { withhold } from './cli/withhold.ts'
import { readAll } from './cli/standard-input.ts'
import { interrupted } from './cli/interrupted.ts'
import { openOutput } from './cli/standard-output.ts'
import { type Config, loadConfig } from './config.ts'
import { describeConfig } from './config/describe.ts'
import { SETTING_HELP, SETTING_OPTIONS } from './config/settings.ts'

/** Enough to find a running node. */
const DATA_OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const

const COMMANDS: readonly Command[] = [
  serve(SETTING_OPTIONS, SETTING_HELP),
  submit,
  find,
  check,
  bundle,
  policyInit,
  policyAddOperator,
  agreement,
  compare,
  importRebuilderd,
  keyAdd,
  keyGet,
  status,
  peersAdd(DATA_OPTIONS),
  peersRemove(DATA_OPTIONS),
  peersList(DATA_OPTIONS),
  withhold(DATA_OPTIONS),
  restoreWithheld(DATA_OPTIONS),
  verifyProof,
  restore(SETTING_OPTIONS, SETTING_HELP),
  reindex(SETTING_OPTIONS, SETTING_HELP),
  checkConfig(SETTING_OPTIONS, SETTING_HELP),
]

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}

/** The node and its logger are imported only by who needs them: a question must not wait for a database. */
function configured(config: Config): Configured {
  return {
    settings: describeConfig(config),
    data: config.data,
    async openNode(signal) {
      const { holdingLittle } = await import('./heap.ts')
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
  const { openLogger } = await import('./logger.ts')
  const logger = openLogger(config.logLevel)
  // hypercore says there what it meets, and standard output is for answers
  console.log = (...words: readonly unknown[]) => logger.warn(words.join(' '))
  return logger
}

const world: World = {
  version: readVersion(),
  out: openOutput(process.stdout),
  err: openOutput(process.stderr),
  readStdin: readAll,
  configure: async (flags) =>
    configured(await loadConfig({ flags, environment: process.env, folder: process.cwd() })),
  interrupted,
}

process.exitCode = await run(COMMANDS, process.argv.slice(2), world)
