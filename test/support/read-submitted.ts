import { asVerifiedKeyBytes } from '../../src/certification/signatures/verified-key-bytes.ts'
import { createHash } from 'node:crypto'
import type { CertificationEntry, PublicKeyEntry } from '../../src/feeds/format/entry.ts'
import type { DocumentFacts } from '../../src/feeds/format/index-row.ts'
import { documentFacts } from '../../src/repository/entries/document-facts.ts'
import { openVerificationPool } from '../../src/repository/verification/verification-pool.ts'
import type { Signed } from './submission.ts'

/** The entries that an honest node would write for it. */
export async function readSubmitted({ bytes, keys }: Signed): Promise<{
  readonly key: PublicKeyEntry
  readonly certification: CertificationEntry
  readonly facts: DocumentFacts
}> {
  const pool = openVerificationPool(0)
  const task = {
    submitted: { bytes },
    dialect: 'debian',
    keys: [asVerifiedKeyBytes(keys)],
  } as const
  const [found] = await pool.examine(task, 'test')
  await pool.close()
  if (found === undefined) throw new Error('nothing was signed')
  const { certification } = found
  return {
    key: { kind: 'public-key', id: createHash('sha256').update(keys).digest('hex'), bytes: keys },
    certification: {
      kind: 'certification',
      id: certification.id,
      dialect: 'debian',
      bytes: certification.bytes,
      acceptedAt: Date.parse('2026-07-01T00:00:00Z'),
    },
    facts: documentFacts(certification.claimedKeyId, certification.buildinfo.sources),
  }
}
