import { expect, onTestFinished, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
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
  return { data, ids }
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
