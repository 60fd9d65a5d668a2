import { generateKeyPair } from '@libp2p/crypto/keys'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../../../src/base/errors.ts'
import {
  readPeerRecord,
  signPeerRecord,
  verifyPeerRecord,
} from '../../../src/network/exchange/peer-record.ts'

const TIME = Date.parse('2026-12-01T00:00:00Z')
const PUBLIC = ['/ip4/5.9.0.1/tcp/8001', '/ip6/2a01:4f8::1/tcp/8001']

describe('a peer record', () => {
  test('is read as it was signed, and says of which scope it is', async () => {
    const key = await generateKeyPair('Ed25519')
    const record = await signPeerRecord({ addresses: PUBLIC, time: TIME }, key)
    const peerId = peerIdFromPrivateKey(key).toString()
    expect(record).toMatchObject({ peerId, scope: 'public', addresses: PUBLIC, time: TIME })
    await verifyPeerRecord(record)
    expect(record.bytes.length).toBeLessThan(512)
    const addresses = ['/ip4/127.0.0.1/tcp/1', '/ip4/100.64.0.1/tcp/1', '/ip6/fd00::1/tcp/1']
    expect((await signPeerRecord({ addresses, time: TIME }, key)).scope).toBe('local')
  })

  test('with eight addresses of IPv6 and the latest time fits', async () => {
    const addresses = Array.from({ length: 8 }, (_, at) => `/ip6/2a01:4f8::${at + 1}/tcp/65535`)
    const key = await generateKeyPair('Ed25519')
    const record = await signPeerRecord({ addresses, time: 8.64e15 }, key)
    expect(record.addresses).toEqual(addresses)
  })

  test.each([
    ['a name', ['/dns4/node.example/tcp/8001']],
    ['another protocol', ['/ip4/5.9.0.1/udp/8001']],
    ['more behind the port', ['/ip4/5.9.0.1/tcp/8001/ws']],
    ['no port', ['/ip4/5.9.0.1/tcp/0']],
    ['an address that nobody has', ['/ip4/0.0.0.0/tcp/8001']],
    ['a private address that a translator would reach', ['/ip6/64:ff9b::a00:1/tcp/8001']],
    ['public and local addresses', ['/ip4/5.9.0.1/tcp/8001', '/ip4/10.0.0.1/tcp/8001']],
    ['no address', []],
    ['nine addresses', Array.from({ length: 9 }, (_, at) => `/ip4/5.9.0.${at}/tcp/1`)],
  ])('with %s is not read', async (_what, addresses) => {
    const key = await generateKeyPair('Ed25519')
    await expect(signPeerRecord({ addresses, time: TIME }, key)).rejects.toMatchObject({
      code: 'ENTRY_SYNTAX',
    })
  })

  test("that libp2p signed for itself, or somebody else's, is not one", async () => {
    const [key, other] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
    const init = { multiaddrs: [multiaddr(PUBLIC[0])], seqNumber: BigInt(TIME) }
    const ours = new PeerRecord({ ...init, peerId: peerIdFromPrivateKey(key) })
    const libp2ps = (await RecordEnvelope.seal(ours, key)).marshal()
    const anothers = (await RecordEnvelope.seal(ours, other)).marshal()
    for (const bytes of [libp2ps, anothers])
      expect(() => readPeerRecord(bytes)).toThrow(expect.objectContaining({ code: 'ENTRY_SYNTAX' }))
  })

  test('with any octet changed is not taken', async () => {
    const record = await signPeerRecord(
      { addresses: PUBLIC, time: TIME },
      await generateKeyPair('Ed25519'),
    )
    for (let at = 0; at < record.bytes.length; at++) {
      const bytes = record.bytes.slice()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      const taking = async (): Promise<void> => verifyPeerRecord(readPeerRecord(bytes))
      const refusal = await taking().then(() => undefined, codeOf)
      expect(refusal).toMatch(/^(ENTRY_SYNTAX|SIGNATURE_INVALID)$/)
    }
  })
})
