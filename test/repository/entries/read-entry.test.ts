import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { CertificationEntry } from '../../../src/feeds/format/entry.ts'
import type { CertificationRow } from '../../../src/indexes/certification-row.ts'
import { describe as describeRow } from '../../../src/repository/following/put-variant.ts'
import { makeReadCertification } from '../../../src/repository/entries/read-entry.ts'
import { openVerificationPool } from '../../../src/repository/verification/verification-pool.ts'
import { detachedSignature, rebuilder } from '../../support/rebuilder.ts'

const DOCUMENT = new URL(
  '../../data/jvm/sample/quarkus-project-3.39.0.CR1.buildinfo',
  import.meta.url,
)

it('a document that several sign is parsed once, and again when one of them is forgotten', async () => {
  const bytes = new Uint8Array(await readFile(DOCUMENT))
  const pool = openVerificationPool(0)
  onTestFinished(() => pool.close())
  const entries: CertificationEntry[] = []
  const rows: CertificationRow[] = []
  for (const signer of await Promise.all([rebuilder(), rebuilder(), rebuilder()])) {
    const signature = await detachedSignature(bytes, signer)
    const task = { submitted: { bytes, signature }, dialect: 'jvm' as const, keys: [] }
    const [examined] = await pool.examine(task, 'test')
    if (examined === undefined) throw new Error('it is none')
    const { certification } = examined
    const place = { feed: '', sequence: entries.length, position: 0 }
    const here = { collection: 'maven', acceptedAt: 0, signature: 'key-unknown' as const }
    entries.push({ ...certification, kind: 'certification', acceptedAt: 0 })
    rows.push({ ...describeRow(certification), variants: [{ ...place, ...here }] })
  }
  const examined: Uint8Array[] = []
  const counting: typeof pool = {
    ...pool,
    examine: (task, owner) => {
      examined.push(task.submitted.bytes)
      return pool.examine(task, owner)
    },
  }
  const { read, forget } = makeReadCertification(
    async ({ sequence }) => entries[sequence],
    counting,
  )
  const said = []
  for (const row of rows) said.push(await read(row))
  expect(examined).toHaveLength(1)
  expect(said[0]?.buildinfo.artifacts).toHaveLength(2488)
  expect(said[1]).toBe(said[0])
  forget(rows[0]?.id ?? '')
  for (const row of rows) expect(await read(row)).toEqual(said[0])
  expect(examined).toHaveLength(2)
})
