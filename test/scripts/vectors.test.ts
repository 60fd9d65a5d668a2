import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { VECTOR_FILES } from '../../scripts/vectors/files.ts'

const FOLDER = new URL('../spec/vectors/', import.meta.url)
/** Another brotli may pack the same content otherwise. */
const BROTLI = '1.1.0'

/** Those of keys need gpg, and take long. */
const isChecked = (name: string): boolean =>
  name !== 'keys' && (name !== 'format-2' || process.versions.brotli === BROTLI)
const checked = Object.entries(VECTOR_FILES).filter(([name]) => isChecked(name))

describe('the script that writes the vectors makes', () => {
  test.each(checked)('%s.json as it stands', async (name, make) => {
    const there: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
    expect(JSON.parse(JSON.stringify(await make()))).toEqual(there)
  })
})
