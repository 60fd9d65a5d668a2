import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Status } from '../../src/contract/status.ts'
import { indexRows } from '../support/index-rows.ts'
import { openTestNode } from '../support/network.ts'
import { type StartedNode, startNode } from '../support/program.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const ARCHITECTURES = ['amd64', 'arm64', 'all', 's390x']
const RULES = [['amd64', 'all'], ['arm64'], ['amd64', 'arm64'], ['s390x', 'all'], ['all', 'amd64']]
const CERTIFICATIONS = 48

async function statusOf({ url }: StartedNode): Promise<Status> {
  const answer = await fetch(`${url}/status`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own API's shape
  return (await answer.json()) as Status
}

/** But for by which rules rows were made until when: one that was made anew has not been made again. */
const rowsOf = async (data: string): Promise<readonly string[]> =>
  (await indexRows(data)).filter((row) => !row.startsWith(Buffer.from('K').toString('hex')))

test('a node that is killed while it fetches by rules that change has in the end what a new one has', async () => {
  const a = await openTestNode()
  const signer = await rebuilder()
  for (let at = 0; at < CERTIFICATIONS; at += 1) {
    const architecture = ARCHITECTURES[at % ARCHITECTURES.length] ?? ''
    await submitTo(a, await signed({ architecture, version: `1.${at}` }, signer))
  }
  const length = a.ownFeeds().find(({ collection }) => collection === 'debian')?.length ?? 0
  const folder = await temporaryDirectory()
  const file = join(folder, 'node.toml')
  const start = async (data: string, architectures: readonly string[]): Promise<StartedNode> => {
    await writeFile(file, `[[keep]]\narchitectures = ${JSON.stringify(architectures)}\n`)
    return startNode(data, ['--config', file, '--read-only', '--peer', a.address])
  }
  const data = join(folder, 'killed')
  for (const [round, rules] of RULES.entries()) {
    const node = await start(data, rules)
    // each time somewhat later
    const enough = Math.floor((length * (round + 1)) / (RULES.length + 1))
    await until(async () => (await statusOf(node)).blocks.indexed >= enough)
    node.child.kill('SIGKILL')
    await node.ended
  }
  const fresh = join(folder, 'fresh')
  for (const each of [data, fresh]) {
    const node = await start(each, RULES.at(-1) ?? [])
    await until(async () => {
      const { blocks, ready } = await statusOf(node)
      const isWhole = blocks.here + (blocks.leftOut ?? 0) >= blocks.known
      return ready && isWhole && blocks.indexed >= length && blocks.leftOut === CERTIFICATIONS / 2
    })
    await node.stop('SIGTERM')
  }
  expect(await rowsOf(data)).toEqual(await rowsOf(fresh))
}, 240_000)
