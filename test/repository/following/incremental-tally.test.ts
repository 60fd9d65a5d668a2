import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Certification } from '../../../src/certification/certification.ts'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { namedOperators } from '../../../src/certification/agreement/named-operators.ts'
import type { SourceIdentifier } from '../../../src/certification/artifacts/source-identifier.ts'
import { beginBatch } from '../../../src/indexes/batch.ts'
import type { CertificationRow } from '../../../src/indexes/certification-row.ts'
import {
  openIndexes,
  type VisibleIndexes,
  withNothingHidden,
} from '../../../src/indexes/database.ts'
import { allTallies, versionOf } from '../../../src/indexes/version-keys.ts'
import { decodeTallyRow, putTally } from '../../../src/indexes/tallies.ts'
import { makeIndexLock } from '../../../src/repository/following/index-lock.ts'
import { describe } from '../../../src/repository/following/put-variant.ts'
import { makeTallyScheduler } from '../../../src/repository/following/tally-scheduler.ts'
import { makeTally } from '../../../src/repository/following/tally.ts'
import { updateClaims } from '../../../src/repository/following/version-claims.ts'
import { signedText } from '../../support/signed-text.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const NOW = 1_800_000_000_000
const HELLO = debian.read(signedText('hello/bob/hello_2.10-3_amd64.buildinfo'))
const fingerprint = (one: number): string => String(one).repeat(40)
const SUBKEY = 'A'.repeat(40)
const naming = namedOperators(
  [
    { name: 'ann', keys: [fingerprint(1), SUBKEY] },
    { name: 'bob', keys: [fingerprint(2)] },
  ],
  [{ primary: fingerprint(3), subkeys: [SUBKEY] }],
)
const counting = { namedOperators: () => naming, now: () => NOW }

const moduleOf = (artifact: string): SourceIdentifier => ({
  ecosystem: 'maven',
  group: 'g',
  artifact,
  version: '1',
})

interface Said {
  readonly modules: readonly string[]
  readonly files: number
  readonly says: number
}

function certificationOf(at: number, { modules, files, says }: Said): Certification {
  const id = at.toString(16).padStart(8, '0').padEnd(64, '0')
  const artifacts = modules.flatMap((artifact) =>
    Array.from({ length: files }, (_, n) => ({
      group: 'g',
      name: `${artifact}-1-${n}.jar`,
      ...(says !== 2 && { size: 10 }),
      checksums: [
        n % 7 === 6
          ? { algorithm: 'sha1' as const, hex: 'ab'.repeat(20) }
          : { algorithm: 'sha256' as const, hex: (says === 1 ? 'ee' : '11').repeat(32) },
      ],
    })),
  )
  const [first = 'm1', ...others] = modules
  const sources = [moduleOf(first), ...others.map(moduleOf)] as const
  const buildinfo = { ...HELLO, sources, artifacts }
  const of = { dialect: 'jvm' as const, claimedKeyId: '0'.repeat(16), signedAt: 0 }
  return { id, ...of, bytes: new Uint8Array(), buildinfo }
}

const signing = fc.record({
  rebuilder: fc.integer({ min: 1, max: 4 }),
  bySubkey: fc.boolean(),
  comesLater: fc.nat(9).map((one) => one === 9),
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('comes' as const),
      said: fc.record({
        modules: fc.subarray(['m1', 'm2', 'm3'], { minLength: 1 }),
        // more than one rebuilder is counted with, if he says it twice
        files: fc.constantFrom(0, 1, 3, 150, 1300),
        says: fc.constantFrom(0, 0, 0, 1, 2),
      }),
      signed: signing,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('goes' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('changes' as const),
      which: fc.nat(),
      signed: signing,
    }),
  },
)

type Signing = typeof signing extends fc.Arbitrary<infer T> ? T : never

function rowOf(
  certification: Certification,
  { rebuilder, bySubkey, comesLater }: Signing,
): CertificationRow {
  const facts = {
    rebuilder: fingerprint(rebuilder),
    signedBy: bySubkey ? SUBKEY : fingerprint(rebuilder),
    signedAt: comesLater ? NOW + 86_400_000 : NOW - 1000,
    validFrom: 0,
    weakDigest: false,
  }
  const place = { feed: '0'.repeat(64), sequence: 1, position: 0, acceptedAt: 0 }
  const variants = [{ ...place, collection: 'maven', signature: 'good' as const }]
  return { ...describe(certification), facts, variants }
}

function onFault(error: unknown): never {
  throw error
}

/** Tallies, standings, rates and contradictions. */
async function counted(indexes: VisibleIndexes): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>()
  for await (const [key, value] of indexes.level.iterator())
    if ('TURC'.includes(String.fromCharCode(key[0] ?? 0)))
      rows.set(Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex'))
  return rows
}

async function countAnew(indexes: VisibleIndexes): Promise<void> {
  const batch = beginBatch(indexes)
  for (const value of await indexes.level.values(allTallies()).all()) {
    const { segments } = decodeTallyRow(value)
    const version = versionOf(segments)
    await putTally(batch, version, await makeTally({ indexes, ...counting }, { version, segments }))
  }
  await batch.commit()
}

test('what is counted at once is what all claims come to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const indexes = withNothingHidden(await openIndexes(await temporaryDirectory()))
      const lock = makeIndexLock()
      const tallier = makeTallyScheduler({ indexes, ...counting }, lock, {
        isWithheld: () => false,
        onFault,
      })
      const known: { readonly certification: Certification; row: CertificationRow | undefined }[] =
        []
      for (const [at, one] of steps.entries())
        await lock.run(async () => {
          const batch = beginBatch(indexes)
          if (one.kind === 'comes')
            known.push({ certification: certificationOf(at, one.said), row: undefined })
          const it = one.kind === 'comes' ? known.at(-1) : known[one.which % (known.length || 1)]
          if (it === undefined) return
          const to = one.kind === 'goes' ? undefined : rowOf(it.certification, one.signed)
          const { certification, row: from } = it
          await updateClaims(batch, { certification, counting }, { from, to })
          it.row = to
          await batch.commit()
        })
      await tallier.idle()
      await tallier.close()
      const before = await counted(indexes)
      await countAnew(indexes)
      expect(await counted(indexes)).toEqual(before)
      await indexes.close()
    }),
    { numRuns: 40 },
  )
})
