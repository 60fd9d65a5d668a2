/*
 * Where a peer can be dialled, as it signed that itself: libp2p's signed envelope around its peer record, with a domain of our
 * own (https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md). A signature proves who said it, and no address.
 */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PrivateKey } from '@libp2p/interface'
import { PeerRecord as Libp2pRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { VerificationError } from '../../base/errors.ts'
import { malformed } from '../../feeds/format/cbor.ts'
import { MAX_PEER_RECORD_BYTES } from '../frames/catalog-frame.ts'
import { scopeOfAddress } from './dial-address.ts'

/** Keeps this signature from ever being taken for one over something else, libp2p's own records too. */
const DOMAIN = 'countersign-peer-record'
const CODEC = new TextEncoder().encode('/countersign/peer-record/1')
export const MOST_ADDRESSES = 8
/** What a date can be, in milliseconds. */
const MAX_TIME = 8.64e15

/** `local`: for peers that are on the same machine, or in the same private network. */
export type RecordScope = 'public' | 'local'

export interface PeerClaims {
  /** libp2p's base58 form of an Ed25519 peer id. */
  readonly peerId: string
  readonly scope: RecordScope
  /** Multiaddrs of an IP address and a TCP port, without the peer id: 1 to 8. */
  readonly addresses: readonly string[]
  /** Milliseconds since 1970, by the clock of who says it; a later one takes the place of an earlier one. */
  readonly time: number
}

/** Read, or signed here. */
export interface PeerRecord extends PeerClaims {
  /** As it was signed and is told: of one content and key there are no two forms. */
  readonly bytes: Uint8Array
}

/** @param addresses of one scope, 1 to 8. @throws MalformedError ENTRY_SYNTAX for what {@link readPeerRecord} does not read */
export async function signPeerRecord(
  { addresses, time }: Pick<PeerClaims, 'addresses' | 'time'>,
  privateKey: PrivateKey,
): Promise<PeerRecord> {
  const record = new Libp2pRecord({
    peerId: peerIdFromString(privateKey.publicKey.toString()),
    multiaddrs: addresses.map((address) => multiaddr(address)),
    seqNumber: BigInt(time),
  })
  record.domain = DOMAIN
  record.codec = CODEC
  return readPeerRecord((await RecordEnvelope.seal(record, privateKey)).marshal())
}

/**
 * Reads without a look at the signature: see {@link verifyPeerRecord}.
 * @throws MalformedError ENTRY_SYNTAX if it is no record, of another kind, in another form than it would be written, or names
 *   anything but IP addresses with TCP ports, all public or all local
 */
export function readPeerRecord(bytes: Uint8Array): PeerRecord {
  if (bytes.length > MAX_PEER_RECORD_BYTES) throw malformed('a peer record is too long')
  const { envelope, record } = parsed(bytes)
  const peerId = envelope.publicKey.toString()
  if (envelope.publicKey.type !== 'Ed25519' || record.peerId.toString() !== peerId)
    throw malformed('a peer record is not of the peer whose key it has')
  if (!same(envelope.payloadType, CODEC)) throw malformed('a peer record is of another kind')
  if (!same(envelope.marshal(), bytes) || !same(record.marshal(), envelope.payload))
    throw malformed('a peer record is not written as it would be')
  const addresses = record.multiaddrs.map(String)
  return { peerId, scope: scopeOfAll(addresses), addresses, time: timeOf(record.seqNumber), bytes }
}

/** @throws VerificationError SIGNATURE_INVALID if its peer did not sign that */
export async function verifyPeerRecord({ bytes, peerId }: PeerRecord): Promise<void> {
  const isGood = await RecordEnvelope.openAndCertify(bytes, DOMAIN).then(
    () => true,
    () => false,
  )
  if (!isGood)
    throw new VerificationError(
      'SIGNATURE_INVALID',
      `Peer ${peerId} did not sign the addresses that are told of it.`,
    )
}

function parsed(bytes: Uint8Array) {
  try {
    const envelope = RecordEnvelope.createFromProtobuf(bytes)
    return { envelope, record: Libp2pRecord.createFromProtobuf(envelope.payload) }
  } catch (cause) {
    throw malformed('a peer record cannot be read', cause)
  }
}

function scopeOfAll(addresses: readonly string[]): RecordScope {
  if (addresses.length === 0 || addresses.length > MOST_ADDRESSES)
    throw malformed(`a peer record has ${addresses.length} addresses`)
  const scopes = new Set(addresses.map(recordScope))
  const [scope] = scopes
  if (scope === undefined || scopes.size > 1)
    throw malformed('a peer record has both public and local addresses')
  return scope
}

function recordScope(address: string): RecordScope {
  const scope = scopeOfAddress(address)
  if (scope === undefined)
    throw malformed('a peer record names something else than IP addresses with TCP ports')
  return scope === 'public' ? 'public' : 'local'
}

function timeOf(seq: bigint): number {
  if (seq < 0n || seq > BigInt(MAX_TIME)) throw malformed('a peer record has no time')
  return Number(seq)
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other)
