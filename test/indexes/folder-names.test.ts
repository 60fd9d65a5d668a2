import { expect, test } from 'vitest'
import type { Certification } from '../../src/certification/certification.ts'
import { debian } from '../../src/certification/dialects/debian.ts'
import { jvm } from '../../src/certification/dialects/jvm.ts'
import { beginBatch } from '../../src/indexes/batch.ts'
import { type Indexes, openIndexes } from '../../src/indexes/database.ts'
import { nameTable } from '../../src/indexes/certification-keys.ts'
import { prefixRange } from '../../src/indexes/row-layout.ts'
import { countNames, wordsLike } from '../../src/indexes/folder-names.ts'
import { dataText, signedText } from '../support/signed-text.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const certificationOf = (buildinfo: Certification['buildinfo']): Certification => ({
  id: '0'.repeat(64),
  dialect: buildinfo.dialect,
  claimedKeyId: '0'.repeat(16),
  signedAt: 0,
  bytes: new Uint8Array(),
  buildinfo,
})
const QUARKUS = certificationOf(
  jvm.read(dataText('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo')),
)
const HELLO = certificationOf(debian.read(signedText('hello/bob/hello_2.10-3_amd64.buildinfo')))

async function count(indexes: Indexes, certification: Certification, by: 1 | -1) {
  const batch = beginBatch(indexes)
  await countNames(batch, { certification, collection: 'c' }, by)
  await batch.commit()
}

const rowsOf = async (indexes: Indexes): Promise<number> => {
  const tables = ['c', 'w', 't', 'd'].map((table) => prefixRange(nameTable(table)))
  const keys = await Promise.all(tables.map((range) => indexes.level.keys(range).all()))
  return keys.flat().length
}

test('a name stays as long as something has it, and leaves nothing behind', async () => {
  const indexes = await openIndexes(await temporaryDirectory())
  try {
    await count(indexes, HELLO, 1)
    const hello = await rowsOf(indexes)
    await count(indexes, QUARKUS, 1)
    const both = await rowsOf(indexes)
    await count(indexes, QUARKUS, 1)
    expect(await rowsOf(indexes)).toBe(both)
    expect(await wordsLike(indexes, 'quarkis', 2)).toEqual(['quarkus'])
    await count(indexes, QUARKUS, -1)
    expect(await rowsOf(indexes)).toBe(both)
    await count(indexes, QUARKUS, -1)
    expect(await rowsOf(indexes)).toBe(hello)
    await count(indexes, HELLO, -1)
    expect(await rowsOf(indexes)).toBe(0)
  } finally {
    await indexes.close()
  }
})
