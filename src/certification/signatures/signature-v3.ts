import { MalformedError } from '../../base/errors.ts'
import { HASH_ALGORITHMS } from './hash-algorithm.ts'
import { octetReader } from './octet-reader.ts'
import { upperHex, viewOf } from './octets.ts'
import { SIGNATURE_TYPE, valuesOf, type SignaturePacket } from './signature-packet.ts'

/** So many octets are hashed behind what is signed: the type, and the time when it was made. */
const HASHED_LENGTH = 5

const REVOCATIONS: ReadonlySet<number> = new Set([
  SIGNATURE_TYPE.keyRevocation,
  SIGNATURE_TYPE.subkeyRevocation,
  SIGNATURE_TYPE.certificationRevocation,
])

/**
 * Reads a revocation of version 3 (RFC 4880 §5.2.2). GnuPG up to 1.4 made them for keys of version 4 too, and still takes
 * them: what takes away counts. Nothing else of version 3 is read.
 * @throws MalformedError SIGNATURE_SYNTAX it is cut off; SIGNATURE_UNSUPPORTED it is no revocation, or not known here
 */
export function readRevocationV3(body: Uint8Array): SignaturePacket {
  const reader = octetReader(body, 'SIGNATURE_SYNTAX')
  if (reader.number(1) !== 3 || reader.number(1) !== HASHED_LENGTH) throw unsupported()
  const hashedPart = reader.take(HASHED_LENGTH)
  const type = hashedPart[0] ?? 0
  const created = viewOf(hashedPart).readUInt32BE(1)
  const claimedKeyId = upperHex(reader.take(8))
  const algorithm = reader.number(1)
  const hash = HASH_ALGORITHMS.get(reader.number(1))
  if (hash === undefined || !REVOCATIONS.has(type)) throw unsupported()
  const left = reader.take(2)
  return {
    version: 3,
    type,
    algorithm,
    hash,
    hashedPart,
    hashed: [],
    unhashed: [],
    left,
    salt: new Uint8Array(),
    values: valuesOf(algorithm, reader),
    signedAt: created * 1000,
    claimedKeyId,
    forbidding: false,
  }
}

const unsupported = (): MalformedError =>
  new MalformedError('SIGNATURE_UNSUPPORTED', 'Of version 3, only revocations are taken.')
