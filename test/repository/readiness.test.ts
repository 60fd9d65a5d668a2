import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, test, expect } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import { openLogger } from '../../src/base/logger.ts'
import { type DataSettings, openData, type OpenData } from '../../src/open-data.ts'
import { debianText } from '../support/debian-text.ts'
import { testConfig } from '../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function opened(data: string, settings: DataSettings = {}): Promise<OpenData> {
  const config = await testConfig(data)
  const collections = config.collections.filter(({ name }) => name === 'debian')
  return openData({ ...config, collections }, openLogger('silent'), settings)
}

test('a node that was ready and is opened again is ready at once, but not with indexes that are built anew', async () => {
  const data = await temporaryDirectory()
  const before = await opened(data)
  const carol = await rebuilder()
  await before.repository.addKeys(Buffer.from(armorPublicKey(carol.publicKey.bytes)))
  const bytes = Buffer.from(await clearsign(debianText({ version: '1-1' }), [carol]))
  await before.repository.submit({ bytes, collection: 'debian' })
  expect(await before.repository.ready()).toBe(true)
  await before.close()

  const again = await opened(data, { readyEpoch: before.epoch })
  expect(await again.repository.ready()).toBe(true)
  await again.close()

  await rm(join(data, 'indexes'), { recursive: true })
  const anew = await opened(data, { readyEpoch: before.epoch })
  onTestFinished(() => anew.close())
  expect(await anew.repository.ready()).toBe(false)
  await anew.caughtUp()
  expect(await anew.repository.ready()).toBe(true)
})
