/* Vectors of peer records: read and verified, and refused. */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { signPeerRecord } from '../../src/network/exchange/peer-record.ts'
import { peersFrame } from '../../src/network/frames/catalog-frame.ts'
import { peerKey } from './feed-story.ts'
import { hexOf } from './plain.ts'

const TIME = Date.parse('2026-12-01T00:00:00Z')
/** Of a peer that signs nothing. */
const OTHER_SEED = new Uint8Array(32).fill(77)
const PLACES = [
  ['/ip4/5.9.0.1/tcp/8001', '/ip6/2a01:4f8::1/tcp/8001'],
  ['/ip4/127.0.0.1/tcp/8001', '/ip4/192.168.0.5/tcp/8001'],
]

export async function peersVector() {
  const key = await peerKey()
  const records = await Promise.all(
    PLACES.map((addresses) => signPeerRecord({ addresses, time: TIME }, key)),
  )
  return {
    records: records.map(({ bytes, ...says }) => ({ says, record: hexOf(bytes) })),
    frame: hexOf(peersFrame(records.map(({ bytes }) => bytes))),
    refused: await refusedRecords(key),
  }
}

async function refusedRecords(key: Ed25519PrivateKey) {
  const sealed = async (
    { code, what }: { readonly code: string; readonly what: string },
    addresses: readonly string[],
    said: Partial<Pick<PeerRecord, 'domain' | 'codec' | 'peerId'>> = {},
  ) => {
    const record = new PeerRecord({
      peerId: said.peerId ?? peerIdFromPrivateKey(key),
      multiaddrs: addresses.map((address) => multiaddr(address)),
      seqNumber: BigInt(TIME),
    })
    record.domain = said.domain ?? 'countersign-peer-record'
    record.codec = new Uint8Array(
      said.codec ?? new TextEncoder().encode('/countersign/peer-record/1'),
    )
    const envelope = await RecordEnvelope.seal(record, key)
    return { what, code, record: hexOf(envelope.marshal()) }
  }
  const [address = ''] = PLACES[0] ?? []
  const other = peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', OTHER_SEED))
  const syntaxOf = (what: string, addresses: readonly string[]) =>
    sealed({ code: 'ENTRY_SYNTAX', what }, addresses)
  return [
    await syntaxOf('no address', []),
    await syntaxOf(
      'nine addresses',
      Array.from({ length: 9 }, () => address),
    ),
    await syntaxOf('a name', ['/dns4/node.example/tcp/8001']),
    await syntaxOf('another protocol', ['/ip4/5.9.0.1/udp/8001']),
    await syntaxOf('more behind the port', ['/ip4/5.9.0.1/tcp/8001/ws']),
    await syntaxOf('port 0', ['/ip4/5.9.0.1/tcp/0']),
    await syntaxOf('an address for documentation', ['/ip4/203.0.113.1/tcp/8001']),
    await syntaxOf('public and local addresses', [address, '/ip4/10.0.0.1/tcp/8001']),
    await sealed({ code: 'ENTRY_SYNTAX', what: 'another payload type' }, [address], {
      codec: new Uint8Array([3, 1]),
    }),
    await sealed({ code: 'ENTRY_SYNTAX', what: 'the id of another peer' }, [address], {
      peerId: other,
    }),
    await sealed({ code: 'SIGNATURE_INVALID', what: 'the domain of libp2p' }, [address], {
      domain: PeerRecord.DOMAIN,
    }),
  ]
}
