/*
 * node --import tsx scripts/vectors/main.ts: writes the vectors of src/spec anew into test/spec/vectors. They are part of the
 * protocol: what changes in them breaks every node that has the old ones.
 */
import { writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { VECTOR_FILES } from './files.ts'

const FOLDER = new URL('../../test/spec/vectors/', import.meta.url)

for (const [name, make] of Object.entries(VECTOR_FILES)) {
  const json = await format(JSON.stringify(await make()), { parser: 'json', printWidth: 100 })
  writeFileSync(new URL(`${name}.json`, FOLDER), json)
}
