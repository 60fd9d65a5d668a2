import { expect, test } from 'vitest'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import { controlRequest } from '../../src/client/control-door.ts'
import { debianText } from '../support/debian-text.ts'
import { filesWith } from '../support/files-with.ts'
import { countersign, startNode } from '../support/program.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const SECRET = 'distinctive-spam-text'
const COUNT = 20

/** Milliseconds after which the node is killed, from when it was asked to withhold. */
const DEATHS = [20, 60, 120, 250]

test('a node that is killed while it withholds has all of it withheld or none after its restart, and what it says to be erased is', async () => {
  const data = await temporaryDirectory()
  const spammer = await rebuilder()
  const fingerprint = spammer.publicKey.fingerprint
  let node = await startNode(data)
  const key = armorPublicKey(spammer.publicKey.bytes)
  await fetch(`${node.url}/keys`, { method: 'POST', body: key })
  for (let at = 0; at < COUNT; at++) {
    const body = await clearsign(debianText({ source: `${SECRET}-${at}` }), [spammer])
    expect((await fetch(`${node.url}/debian`, { method: 'POST', body })).status).toBe(201)
  }
  const listed = async (): Promise<readonly [number, number]> => [
    await countAt(`${node.url}/certifications?limit=1000`),
    await countAt(`${node.url}/withheld?limit=1000`),
  ]
  const body = JSON.stringify({ rebuilder: fingerprint, reason: 'spam', code: 'spam' })
  for (const delay of DEATHS) {
    const asked = controlRequest(data, { method: 'POST', path: '/withhold', body })
    setTimeout(() => node.child.kill('SIGKILL'), delay)
    // it may have answered before
    await asked.catch(() => undefined)
    await node.ended
    node = await startNode(data)
    expect([[COUNT, 0].join(), [0, COUNT].join()]).toContain((await listed()).join())
  }
  const again = ['withhold', '--rebuilder', fingerprint, '--reason', 'spam', '--data', data]
  await countersign(again)
  await until(async () => (await listed()).join() === [0, COUNT].join())
  await until(async () => (await filesWith(data, SECRET)).length === 0)
  await node.stop('SIGTERM')
  expect(await filesWith(data, SECRET)).toEqual([])
})

async function countAt(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } })
  return [...(await answer.text()).matchAll(/"id":/g)].length
}
