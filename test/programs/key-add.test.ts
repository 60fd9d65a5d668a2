import { expect, test } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scanKeyring } from '../../src/certification/signatures/keyring-file.ts'
import { encodePacket, TAG } from '../../src/certification/signatures/packet.ts'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Status } from '../../src/contract/status.ts'
import { json } from '../support/node-on-disk.ts'
import { countersign, startNode } from '../support/program.ts'
import { rawKey, rawPackets, rawStatement } from '../support/raw-key.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MADE_AT = 1_780_000_000
const userId = Uint8Array.of(0x61)
const MEBIBYTE = 1024 * 1024

/** Its one signature takes 10 ms: a node takes no more than 48 of them at once. */
function slowKey(): Buffer {
  const key = rawKey(MADE_AT, 'ed448')
  const certification = rawStatement(key, key, { type: 0x13, at: MADE_AT, userId })
  return Buffer.concat([
    encodePacket(TAG.publicKey, key.body),
    rawPackets({ userId }, certification),
  ])
}

test('a keyring that is too much for one posting is sent in several, and each key is told', async () => {
  const data = await temporaryDirectory()
  const node = await startNode(data)
  const keys = Array.from({ length: 130 }, slowKey)
  const huge = Buffer.concat([slowKey(), encodePacket(TAG.userId, Buffer.alloc(MEBIBYTE))])
  const [place] = scanKeyring(huge)
  const ring = Buffer.concat([...keys.slice(0, 70), huge, ...keys.slice(70)])
  const file = join(data, 'ring.asc')
  await writeFile(file, armorPublicKey(ring))

  const { code, out, err } = await countersign(['key', 'add', file, '--node', node.url])
  const wanted = keys.flatMap((key) => [...scanKeyring(key)].map(({ fingerprint }) => fingerprint))
  expect(out.match(/^[0-9A-F]+(?=  added$)/gm)).toEqual(wanted)
  const refusal = `countersign: ${file}: key ${place?.fingerprint}: The body is larger than this node takes.`
  expect(err).toBe(`${refusal} [TOO_LARGE]\n`)
  expect(code).toBe(1)
  expect((await json<Status>(await fetch(`${node.url}/status`))).keys).toBe(keys.length)
})

test('a keyring is no longer sent to a node that does not answer', async () => {
  const data = await temporaryDirectory()
  const file = join(data, 'ring.gpg')
  await writeFile(file, Buffer.concat(Array.from({ length: 130 }, slowKey)))
  const { code, out, err } = await countersign(['key', 'add', file, '--node', 'http://127.0.0.1:9'])
  expect([code, out]).toEqual([3, ''])
  expect(err.split('\n')).toHaveLength(2)
})
