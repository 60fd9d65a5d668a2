import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import {
  certificationRow,
  certificationsIn,
  everyCertification,
  newestBefore,
} from '../../../src/indexes/certifications.ts'
import {
  openIndexes,
  type VisibleIndexes,
  withNothingHidden,
} from '../../../src/indexes/database.ts'
import { byRebuilder } from '../../../src/indexes/rebuilder-keys.ts'
import {
  childrenOf,
  directoryExists,
  filesAt,
  filesBelow,
  filesBelowOfRebuilder,
} from '../../../src/indexes/paths.ts'
import { newestClaimIds, newestClaims } from '../../../src/indexes/claims.ts'
import { versionOf } from '../../../src/indexes/version-keys.ts'
import { newestBy } from '../../../src/indexes/signed.ts'
import type { NodeRepository } from '../../../src/contract/node-repository.ts'
import { openState } from '../../../src/state/database.ts'
import { putWithheld } from '../../../src/state/withheld.ts'
import { debianText } from '../../support/debian-text.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const SECRET = 'distinctive-spam-text'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A closed data folder with one certification of each source, and their ids. */
async function folderWith(sources: readonly string[]) {
  const data = await temporaryDirectory()
  const opened = await openTestData(data)
  const alice = await rebuilder()
  await opened.repository.addKeys(bytes(armorPublicKey(alice.publicKey.bytes)))
  const ids: string[] = []
  for (const source of sources) {
    const signed = bytes(await clearsign(debianText({ source }), [alice]))
    const [outcome] = await opened.repository.submit({ collection: 'debian', bytes: signed })
    if (outcome === undefined || !('receipt' in outcome)) throw new Error('it was not taken')
    ids.push(outcome.receipt.id)
  }
  await opened.close()
  return { data, ids, fingerprint: alice.publicKey.fingerprint }
}

/** What a kill between the tombstone and the removal of its rows leaves. */
async function leaveTombstone(data: string, id: string): Promise<void> {
  const state = await openState(data)
  await putWithheld(state, [
    {
      id,
      reason: 'spam',
      code: 'spam',
      at: 1,
      collections: ['debian'],
      places: [],
      files: [],
      directories: [],
      isErased: false,
    },
  ])
  await state.close()
}

/** All that names certifications, as JSON. */
async function everything(repository: NodeRepository, prefix: string): Promise<string> {
  const page = { limit: 100 }
  const stop = new AbortController()
  const events: unknown[] = []
  for await (const one of repository.events('0', stop.signal)) {
    if (one.event.kind === 'peers') break
    // says what is withheld, by its id
    if (one.event.kind !== 'withholding') events.push(one.event)
  }
  stop.abort()
  return JSON.stringify([
    events,
    await repository.find({}),
    await repository.newest(100),
    await repository.list('debian', [], page),
    await repository.versions('debian', [SECRET], page),
    await repository.startingWith(prefix),
    await repository.sourcesOfVersion('2.10-3', 10),
    await repository.foldersNamed(SECRET, 10),
    await repository.foldersWith(SECRET.slice(0, 4), 10),
    await repository.agreement('debian', SECRET),
  ])
}

test('what has a tombstone is named by no answer as soon as a node answers, though its rows were still there', async () => {
  const { data, ids } = await folderWith([SECRET, 'hello'])
  const [gone = '', stays = ''] = ids
  const prefix = gone.slice(0, 12)
  const before = await openTestData(data)
  const said = await everything(before.repository, prefix)
  for (const name of [gone, SECRET]) expect(said).toContain(name)
  await before.close()
  await leaveTombstone(data, gone)
  const opened = await openTestData(data)
  onTestFinished(() => opened.close())
  const says = await everything(opened.repository, prefix)
  expect(says).toContain(stays)
  expect(says).not.toContain(gone)
  expect(says.replaceAll(`"debian","path":"${SECRET}"`, '')).not.toContain(SECRET)
})

async function idsOf(rows: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const found = new Set<string>()
  for await (const { id } of rows) found.add(id)
  return [...found].toSorted()
}

async function* rowsOf(found: AsyncIterable<{ readonly row: { readonly id: string } }>) {
  for await (const { row } of found) yield row
}

async function* claimsIn(from: VisibleIndexes, read: typeof newestClaims | typeof newestClaimIds) {
  for (const source of [SECRET, 'hello'])
    yield* read(from, versionOf(['debian', source, '2.10-3']), 10)
}

test('no reader of the indexes yields what is hidden, or a folder with nothing else in it', async () => {
  const { data, ids, fingerprint } = await folderWith([SECRET, 'hello'])
  const [gone, stays] = ids
  const opened = withNothingHidden(await openIndexes(join(data, 'indexes')))
  onTestFinished(() => opened.close())
  const shown: VisibleIndexes = { ...opened, isHidden: (id) => id === gone }
  const now = Date.now() + 1000
  const readers = [
    (from: VisibleIndexes) => rowsOf(everyCertification(from, undefined)),
    (from: VisibleIndexes) => rowsOf(certificationsIn(from, byRebuilder(fingerprint), undefined)),
    (from: VisibleIndexes) => newestBefore(from, now),
    (from: VisibleIndexes) => newestBy(from, fingerprint, now),
    (from: VisibleIndexes) => filesBelow(from, ['debian'], undefined),
    (from: VisibleIndexes) => filesBelowOfRebuilder(from, fingerprint, ['debian']),
    (from: VisibleIndexes) => claimsIn(from, newestClaims),
    (from: VisibleIndexes) => claimsIn(from, newestClaimIds),
  ]
  for (const read of readers) {
    expect(await idsOf(read(opened))).toEqual(ids.toSorted())
    expect(await idsOf(read(shown))).toEqual([stays])
  }
  expect(await certificationRow(shown, gone ?? '')).toBeUndefined()
  expect(await directoryExists(opened, ['debian', SECRET])).toBe(true)
  expect(await directoryExists(shown, ['debian', SECRET])).toBe(false)
  const names: string[] = []
  for await (const { name } of childrenOf(shown, ['debian'], undefined)) names.push(name)
  expect(names).toEqual(['hello'])
  for await (const { name, type } of childrenOf(opened, ['debian', SECRET, '1.0'], undefined))
    if (type === 'object') expect(await filesAt(shown, ['debian', SECRET, '1.0'], name)).toEqual([])
})
