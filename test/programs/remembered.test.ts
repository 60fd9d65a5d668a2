import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Status } from '../../src/contract/status.ts'
import { countersign, type StartedNode, startNode } from '../support/program.ts'
import { signed } from '../support/submission.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const CONFIG = `
[[collection]]
name = "mine"
dialect = "debian"
admit = "unverified"
`

async function statusOf({ url }: StartedNode): Promise<Status> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own API's shape
  return (await (await fetch(`${url}/status`)).json()) as Status
}

const counts = ({ collections }: Status) =>
  Object.fromEntries(collections.map(({ name, certifications }) => [name, certifications]))

/** What it says of itself as soon as it is ready. */
async function whenReady(node: StartedNode): Promise<Status> {
  await until(async () => (await fetch(`${node.url}/ready`)).ok)
  return statusOf(node)
}

test('collections that only the config names are not forgotten by who opens the data without it', async () => {
  const folder = await temporaryDirectory()
  const config = join(folder, 'countersign.toml')
  await writeFile(config, CONFIG)
  const origin = await startNode(join(folder, 'origin'), ['--config', config])
  const { bytes } = await signed({})
  const posted = await fetch(`${origin.url}/mine`, { method: 'POST', body: bytes })
  expect(posted.status).toBe(201)
  const [address = ''] = (await statusOf(origin)).addresses
  const data = join(folder, 'copy')
  const flags = ['--config', config]
  const copy = await startNode(data, [...flags, '--peer', address])
  await until(async () => counts(await statusOf(copy))['mine'] === 1)
  await copy.stop('SIGTERM')
  await origin.stop('SIGTERM')

  expect(await countersign(['reindex', '--data', data])).toMatchObject({ code: 0 })
  const withConfig = await startNode(data, flags)
  expect(counts(await whenReady(withConfig))).toEqual({ mine: 1 })
  await withConfig.stop('SIGTERM')

  const without = await startNode(data)
  const found = await whenReady(without)
  expect(counts(found)).toEqual({ mine: 1 })
  expect(found.collections[0]).toMatchObject({ dialect: 'debian', admit: 'unverified' })
  await without.stop('SIGTERM')

  expect(await countersign(['restore', '--data', data])).toMatchObject({ code: 0 })
  const restored = await startNode(data)
  expect(counts(await whenReady(restored))).toEqual({ mine: 1 })
}, 240_000)
