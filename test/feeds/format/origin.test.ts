import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { encode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CountersignError } from '../../../src/base/errors.ts'
import { decodeOrigin, encodeOrigin, type PeerSigner } from '../../../src/feeds/format/origin.ts'

const FEED = 'ab'.repeat(32)
const PREVIOUS = 'cd'.repeat(32)

async function peer(): Promise<PeerSigner> {
  const key = await generateKeyPair('Ed25519')
  return {
    peerId: peerIdFromPrivateKey(key).toString(),
    sign: async (bytes) => key.sign(bytes),
  }
}

describe('an origin', () => {
  test('is read as it was written, with the peer that owns the feed', async () => {
    const signer = await peer()
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    const claims = fc.record(
      {
        format: fc.constantFrom(1, 2),
        collection: name,
        dialect: name,
        previous: fc.constantFrom(PREVIOUS, FEED),
      },
      { requiredKeys: ['format', 'collection', 'dialect'] },
    )
    await fc.assert(
      fc.asyncProperty(claims, async (one) => {
        const block = await encodeOrigin(FEED, one, signer)
        expect(await decodeOrigin(block, FEED)).toEqual({ ...one, peerId: signer.peerId })
        expect(await encodeOrigin(FEED, one, signer)).toEqual(block)
      }),
      { numRuns: 30 },
    )
  })

  test('of another feed is refused', async () => {
    const claims = { format: 2, collection: 'debian', dialect: 'debian' } as const
    const block = await encodeOrigin(FEED, claims, await peer())
    await expect(decodeOrigin(block, PREVIOUS)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  })

  test('is refused after any change of a byte', async () => {
    const claims = {
      format: 2,
      collection: 'debian',
      dialect: 'debian',
      previous: PREVIOUS,
    } as const
    const block = await encodeOrigin(FEED, claims, await peer())
    for (let at = 0; at < block.length; at++) {
      const changed = Uint8Array.from(block)
      changed[at] = (changed[at] ?? 0) ^ 1
      const code: unknown = await decodeOrigin(changed, FEED).then(
        () => 'nothing was refused',
        (error: unknown) => error instanceof CountersignError && error.code,
      )
      expect(['ENTRY_SYNTAX', 'SIGNATURE_INVALID']).toContain(code)
    }
  })

  test('of one format is not taken for one of another, nor one of a format that is not known', async () => {
    const claims = { collection: 'debian', dialect: 'debian' }
    const block = await encodeOrigin(FEED, { ...claims, format: 2 }, await peer())
    expect((await decodeOrigin(block, FEED)).format).toBe(2)
    for (const [version, code] of [
      [1, 'SIGNATURE_INVALID'],
      [3, 'ENTRY_SYNTAX'],
    ] as const) {
      const changed = Uint8Array.from(block)
      changed[1] = version
      await expect(decodeOrigin(changed, FEED)).rejects.toMatchObject({ code })
    }
  })

  test('that adds or drops the feed before it is refused', async () => {
    const signer = await peer()
    const claims = { format: 2, collection: 'debian', dialect: 'debian' } as const
    const without = Buffer.from(await encodeOrigin(FEED, claims, signer))
    const added = Buffer.concat([
      without.subarray(0, -1),
      encode(new Uint8Array(Buffer.from(PREVIOUS, 'hex'))),
    ])
    await expect(decodeOrigin(added, FEED)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  })

  test.each(['', 'Debian', 'a/b', '../x', 'x'.repeat(65)])(
    'for a collection named %j is not written',
    async (collection) => {
      await expect(
        encodeOrigin(FEED, { format: 2, collection, dialect: 'debian' }, await peer()),
      ).rejects.toMatchObject({ code: 'ENTRY_SYNTAX' })
    },
  )
})
