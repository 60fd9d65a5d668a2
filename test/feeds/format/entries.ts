/* Entries for tests of blocks, made up. */
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { codeOf } from '../../../src/base/errors.ts'
import type { Unwritten } from '../../../src/feeds/format/blocks.ts'
import type { CertificationEntry, PublicKeyEntry } from '../../../src/feeds/format/entry.ts'
import { type DocumentFacts, shortHash } from '../../../src/feeds/format/index-row.ts'

/** A certification with a text of that size. */
export function sized(size: number, start = 0): CertificationEntry {
  return {
    kind: 'certification',
    id: start.toString(16).padStart(64, '0'),
    dialect: 'debian',
    bytes: new Uint8Array(size).fill(97),
    acceptedAt: 1,
  }
}

export function keyEntry(bytes: Uint8Array): PublicKeyEntry {
  return { kind: 'public-key', id: createHash('sha256').update(bytes).digest('hex'), bytes }
}

/** What a document of that key says. */
export const factsBy = (keyId: string): DocumentFacts => ({
  keyId,
  source: shortHash('hello/1.0'),
  architectures: [shortHash('amd64')],
})

export const KEY_IDS = ['00000000000000AA', '00000000000000BB', 'FF000000000000CC'] as const

/** Certifications of a few keys, some of them twice. */
export const unwritten: fc.Arbitrary<Unwritten<CertificationEntry>> = fc
  .record({
    start: fc.nat(200),
    size: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 120_000 })),
    keyId: fc.constantFrom(...KEY_IDS),
    source: fc.option(fc.constantFrom('a/1', 'b/2').map(shortHash), { nil: undefined }),
    architectures: fc.subarray(['all', 'amd64', 'source']).map((names) => names.map(shortHash)),
  })
  .map(({ start, size, ...facts }) => ({ entry: sized(size, start), facts }))

/** The code of what that throws. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'nothing was refused'
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
}
