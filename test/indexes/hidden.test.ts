import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/submission.ts'
import { allCertifications } from '../../src/indexes/certification-keys.ts'
import {
  certificationRow,
  certificationsIn,
  everyCertification,
  everyCertificationIn,
  feedsSignedBy,
  newestBefore,
  signedRowsByHint,
  visibleByHint,
  visibleRowsIn,
} from '../../src/indexes/certifications.ts'
import { claimsOf, newestClaimIds, newestClaims, uncountedIds } from '../../src/indexes/claims.ts'
import { openIndexes, type VisibleIndexes, withNothingHidden } from '../../src/indexes/database.ts'
import {
  childrenOf,
  directoryExists,
  filesAt,
  filesBelow,
  filesBelowInBatches,
  filesBelowOfRebuilder,
} from '../../src/indexes/paths.ts'
import { contradictionsBy } from '../../src/indexes/rebuilder-counts.ts'
import { byRebuilder } from '../../src/indexes/rebuilder-keys.ts'
import { idHint } from '../../src/indexes/row-layout.ts'
import { newestBy } from '../../src/indexes/signed.ts'
import { versionOf } from '../../src/indexes/version-keys.ts'
import { debianText } from '../support/debian-text.ts'
import { revokedCopy } from '../support/key-changes.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../support/rebuilder.ts'

const INDEXES = fileURLToPath(new URL('../../src/indexes', import.meta.url))
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Two agree on nothing about `disputed`, one of them stands alone with `alone`, and the key of a third is revoked. */
interface Story {
  readonly alice: Receipt
  readonly bob: Receipt
  readonly alone: Receipt
  readonly revoked: Receipt
}

async function tell(data: string): Promise<Story> {
  const opened = await openTestData(data)
  const [alice, bob, carol] = await Promise.all([rebuilder(), rebuilder(), rebuilder()])
  const submit = async (who: TestRebuilder, text: string): Promise<Receipt> => {
    const signed = bytes(await clearsign(text, [who]))
    const keys = who.publicKey.bytes
    const [outcome] = await opened.repository.submit({ collection: 'debian', bytes: signed, keys })
    if (outcome === undefined || !('receipt' in outcome)) throw new Error('it was not taken')
    return outcome.receipt
  }
  const disputed = debianText({ source: 'disputed' })
  const lie = disputed.replaceAll(/^ [\da-f]{4}([\da-f]{28,60}) /gm, ' 0000$1 ')
  const told = {
    alice: await submit(alice, disputed),
    bob: await submit(bob, lie),
    alone: await submit(alice, debianText({ source: 'alone' })),
    revoked: await submit(carol, disputed),
  }
  await opened.repository.addKeys((await revokedCopy(carol)).bytes)
  await opened.caughtUp()
  await opened.close()
  return told
}

let story: Story
let whole: VisibleIndexes
beforeAll(async () => {
  const data = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  story = await tell(data)
  whole = withNothingHidden(await openIndexes(join(data, 'indexes')))
  return async () => {
    await whole.close()
    await rm(data, { recursive: true, force: true })
  }
})

type Named = AsyncIterable<{ readonly id: string }> | Promise<readonly { readonly id: string }[]>

async function* rowsOf(
  found: AsyncIterable<{ readonly row: { readonly id: string } }>,
): AsyncGenerator<{ readonly id: string }> {
  for await (const { row } of found) yield row
}

async function* flat<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const some of batches) yield* some
}

const ALL = [
  (told: Story) => told.alice,
  (told: Story) => told.bob,
  (told: Story) => told.alone,
  (told: Story) => told.revoked,
]
const receipts = (): readonly Receipt[] => ALL.map((of) => of(story))
const byAlice = (): string => story.alice.rebuilder ?? ''
const disputed = (): Uint8Array => versionOf(['debian', 'disputed', '2.10-3'])
const ids = (found: readonly string[]) => found.map((id) => ({ id }))

async function among<T>(of: (receipt: Receipt) => Promise<readonly T[]>): Promise<readonly T[]> {
  return (await Promise.all(receipts().map(of))).flat()
}

/** The first file at any depth below a folder. */
async function fileBelow(folder: readonly string[]): Promise<[readonly string[], string]> {
  for await (const { type, name } of childrenOf(whole, folder, undefined))
    return type === 'object' ? [folder, name] : fileBelow([...folder, name])
  throw new Error('nothing is filed there')
}

/** Of each reader that yields certifications, what it names. */
const READERS: Readonly<Record<string, (from: VisibleIndexes) => Named>> = {
  certificationRow: (from) =>
    among(async ({ id }) => [await certificationRow(from, id)].filter((row) => row !== undefined)),
  visibleByHint: (from) => among(({ id }) => visibleByHint(from, idHint(id))),
  signedRowsByHint: (from) => among(({ id }) => signedRowsByHint(from, idHint(id), () => true)),
  visibleRowsIn: async (from) => {
    const found: { readonly id: string }[] = []
    for await (const [, row] of visibleRowsIn(from, allCertifications())) found.push(row)
    return found
  },
  everyCertification: (from) => rowsOf(everyCertification(from, undefined)),
  everyCertificationIn: (from) => rowsOf(everyCertificationIn(from, allCertifications())),
  certificationsIn: (from) => rowsOf(certificationsIn(from, byRebuilder(byAlice()), undefined)),
  newestBefore: (from) => newestBefore(from, Date.now() + 1000),
  // alone signed by the key that it names
  feedsSignedBy: async (from) => {
    const keyId = story.revoked.rebuilder?.slice(-16) ?? ''
    const feeds = await feedsSignedBy(from, [keyId], new Set([story.revoked.feed]))
    return feeds.has(story.revoked.feed) ? [story.revoked] : []
  },
  newestBy: (from) => newestBy(from, byAlice(), Date.now() + 1000),
  claimsOf: (from) => claimsOf(from, disputed(), byAlice()),
  newestClaims: (from) => newestClaims(from, disputed(), 10),
  newestClaimIds: (from) => newestClaimIds(from, disputed(), 10),
  uncountedIds: async (from) => ids(await uncountedIds(from, disputed(), 10)),
  filesAt: async (from) => {
    const [folder, name] = await fileBelow(['debian', 'alone'])
    return filesAt(from, folder, name)
  },
  directoryExists: async (from) =>
    (await directoryExists(from, ['debian', 'alone'])) ? [story.alone] : [],
  childrenOf: async (from) => {
    const names: string[] = []
    for await (const { name } of childrenOf(from, ['debian'], undefined)) names.push(name)
    return names.includes('alone') ? [story.alone] : []
  },
  filesBelow: (from) => filesBelow(from, ['debian'], undefined),
  filesBelowInBatches: (from) => flat(filesBelowInBatches(from, ['debian'], undefined)),
  filesBelowOfRebuilder: (from) => filesBelowOfRebuilder(from, byAlice(), ['debian']),
  contradictionsBy: async (from) =>
    (await contradictionsBy(from, byAlice(), 10)).flatMap(({ certifications }) =>
      ids(certifications),
    ),
}

/** Of keys alone: what they yield names no certification, and whoever looks it up takes a reader that hides. */
const OF_KEYS = ['hintsIn', 'signedTimes']

async function idsOf(found: Named): Promise<readonly string[]> {
  const all = new Set<string>()
  for await (const { id } of Symbol.asyncIterator in found ? found : await found) all.add(id)
  return [...all].toSorted()
}

/** The functions of src/indexes/ whose first parameter is of that type. */
function exportsThatTake(type: string): readonly string[] {
  const texts = readdirSync(INDEXES).map((file) => readFileSync(join(INDEXES, file), 'utf8'))
  return texts.flatMap((text) => {
    const { program } = parseSync('a.ts', text)
    return program.body.flatMap((statement) => {
      if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) return []
      const { start, end } = statement.declaration
      const said = text.slice(start, end)
      const [, name] = /^(?:async )?(?:function\*?|const) (\w+)/.exec(said) ?? []
      const takes = new RegExp(`^[^(]*\\(\\s*\\w+: (?:Pick<)?${type}\\b`).test(said)
      return takes && name !== undefined ? [name] : []
    })
  })
}

describe('what is hidden', () => {
  test.each(Object.entries(READERS))('is yielded by no %s', async (_, read) => {
    const all = await idsOf(read(whole))
    expect(all).not.toEqual([])
    for (const hidden of all)
      expect(await idsOf(read({ ...whole, isHidden: (id) => id === hidden }))).toEqual(
        all.filter((id) => id !== hidden),
      )
  })

  test('is asked for by every reader of certifications that there is', () => {
    expect(exportsThatTake('VisibleIndexes').toSorted()).toEqual(
      [...Object.keys(READERS), ...OF_KEYS].toSorted(),
    )
  })

  // a new one is put here only if it names no certification
  test('need not be asked for by those that read other rows', () => {
    expect(exportsThatTake('Indexes').toSorted()).toMatchInlineSnapshot(`
      [
        "beginBatch",
        "beginFollowing",
        "configuredKeys",
        "countKeys",
        "countRebuilders",
        "eventsSince",
        "everyKey",
        "foldersNamed",
        "hasIncompleteVersion",
        "holesIn",
        "keyInFeed",
        "keysById",
        "keysToDerive",
        "lastNumber",
        "markDue",
        "readCounter",
        "readCursor",
        "rebuilderCounts",
        "rejectedIn",
        "staleTallies",
        "withNothingHidden",
        "wordsLike",
      ]
    `)
  })
})
