/*
 * node --import tsx scripts/vectors/main.ts: writes the vectors of src/spec anew into test/spec/vectors. They are part of the
 * protocol: what changes in them breaks every node that has the old ones.
 */
import { writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { agreementVectors } from './agreement.ts'
import { canonicalFormVectors } from './canonical-forms.ts'
import { feedVectors } from './feeds.ts'
import { formatTwoVectors } from './format-2.ts'
import { idVectors } from './id.ts'
import { keyVectors } from './keys.ts'
import { networkVectors } from './network.ts'
import { replicationVectors } from './replication.ts'

const FOLDER = new URL('../../test/spec/vectors/', import.meta.url)

async function write(name: string, vectors: unknown): Promise<void> {
  const json = await format(JSON.stringify(vectors), { parser: 'json', printWidth: 100 })
  writeFileSync(new URL(`${name}.json`, FOLDER), json)
}

await write('id', await idVectors())
await write('canonical-forms', await canonicalFormVectors())
await write('feeds', await feedVectors())
await write('format-2', await formatTwoVectors())
await write('network', await networkVectors())
await write('agreement', agreementVectors())
await write('keys', await keyVectors())
await write('replication', await replicationVectors())
