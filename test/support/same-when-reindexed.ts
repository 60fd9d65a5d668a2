import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { indexRows } from './index-rows.ts'
import { openTestData } from './open-test-repository.ts'

/**
 * The indexes of a closed node have the rows that they have when they are built again out of its feeds.
 * @param build opens the node without indexes, and closes it when they are built
 */
export async function expectSameWhenReindexed(
  data: string,
  build: (data: string) => Promise<void> = builtByStart,
): Promise<void> {
  const grown = await indexRows(data)
  await rm(join(data, 'indexes'), { recursive: true })
  await build(data)
  expect(await indexRows(data)).toEqual(grown)
}

async function builtByStart(data: string): Promise<void> {
  const again = await openTestData(data)
  await again.caughtUp()
  await again.close()
}
