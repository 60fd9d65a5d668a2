/* What src/spec/keys.md says of states, written a second time: nothing of Countersign is imported here. */
import { cleartext, dearmored } from './second-id.ts'
import { certificatesIn, isHard, type SecondCertificate, type Subkey } from './second-key.ts'
import {
  isBy,
  last,
  packetsIn,
  readSignature,
  type SecondKey,
  type SecondSignature,
} from './second-packets.ts'

export interface SecondFacts {
  readonly signedAt: number
  readonly validFrom: number
  readonly validUntil?: number | undefined
  readonly revoked?: { readonly kind: string; readonly at: number } | undefined
  readonly weakDigest: boolean
}

export interface SecondPart {
  readonly key: SecondKey
  readonly maySign: boolean
  readonly validFrom: number
  readonly validUntil: number | undefined
  readonly revoked: { readonly kind: string; readonly at: number } | undefined
}

/** keys.md, "States". */
export function secondState(facts: SecondFacts | null, now: number): string {
  if (facts === null) return 'key-unknown'
  const { signedAt, validFrom, validUntil = Infinity, revoked, weakDigest } = facts
  if (revoked?.kind === 'hard') return 'key-revoked'
  if (weakDigest) return 'weak-digest'
  const isOutside =
    signedAt < validFrom || signedAt > now + 600_000 || signedAt >= (revoked?.at ?? Infinity)
  if (isOutside || signedAt >= validUntil) return 'outside-validity'
  if (revoked !== undefined) return 'key-retired'
  return validUntil <= now ? 'key-expired' : 'verified'
}

/** keys.md, "What may sign": the primary key first. */
export function partsOf(certificate: SecondCertificate): readonly SecondPart[] {
  const { primary, direct, userIds, subkeys } = certificate
  const speaking =
    direct !== undefined && (last(direct.hashed, 27) ?? last(direct.hashed, 9)) ? direct : undefined
  const certification = userIds.find((one) => one.certification !== undefined)?.certification
  const said = [speaking, certification].filter((one) => one !== undefined)
  if (said.length === 0) return []
  const ending = said.find((one) => last(one.hashed, 9) !== undefined)
  const end = least([endOfKey(primary, ending), ...said.map(endOfSignature)])
  const flags = said.map((one) => last(one.hashed, 27)).find((one) => one !== undefined)
  return [
    {
      key: primary,
      maySign: flags === undefined || ((flags[0] ?? 0) & 2) !== 0,
      validFrom: primary.createdAt,
      validUntil: end,
      revoked: revokedBy(certificate.revocations),
    },
    ...subkeys.flatMap((one) => subkeyPart(certificate, one, end)),
  ]
}

function subkeyPart(
  { primary, revocations }: SecondCertificate,
  { key, binding, back, revocations: own }: Subkey,
  end: number | undefined,
): readonly SecondPart[] {
  if (back === undefined) return []
  const flags = binding && last(binding.hashed, 27)
  return [
    {
      key,
      maySign: ((flags?.[0] ?? 0) & 2) !== 0,
      validFrom: Math.max(primary.createdAt, key.createdAt),
      validUntil: least([
        end,
        endOfKey(key, binding),
        binding && endOfSignature(binding),
        endOfSignature(back),
      ]),
      revoked: revokedBy([...revocations, ...own]),
    },
  ]
}

function secondsOf({ hashed }: SecondSignature, type: number): number | undefined {
  const body = last(hashed, type)
  if (body === undefined) return undefined
  return body.length === 4 ? body.readUInt32BE() : 1
}

const endOfKey = (key: SecondKey, by: SecondSignature | undefined): number | undefined => {
  const seconds = by && secondsOf(by, 9)
  return seconds ? key.createdAt + seconds * 1000 : undefined
}

function endOfSignature(one: SecondSignature): number | undefined {
  const seconds = secondsOf(one, 3)
  return seconds ? one.signedAt + seconds * 1000 : undefined
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

function revokedBy(all: readonly SecondSignature[]): SecondPart['revoked'] {
  const hard = least(all.filter(isHard).map((one) => one.signedAt))
  if (hard !== undefined) return { kind: 'hard', at: hard }
  const at = least(all.map((one) => one.signedAt))
  return at === undefined ? undefined : { kind: 'soft', at }
}

/** keys.md, "When a signature counts": of one signature over these octets. */
function countedAs(
  signature: SecondSignature,
  signed: Buffer,
  {
    certificates,
    now,
  }: { readonly certificates: readonly SecondCertificate[]; readonly now: number },
): string {
  const claimed = certificates.flatMap(partsOf).filter(({ key }) => key.id === signature.by)
  if (claimed.length === 0) return 'key-unknown'
  const right = claimed.filter(({ key }) => isBy(signature, key, [signed]))
  if (right.length === 0) return 'SIGNATURE_INVALID'
  const part = right.find(({ maySign }) => maySign)
  if (part === undefined) return 'SIGNER_UNAUTHORIZED'
  const { validFrom, revoked } = part
  const validUntil = least([part.validUntil, endOfSignature(signature)])
  const { signedAt, hash } = signature
  return secondState({ signedAt, validFrom, validUntil, revoked, weakDigest: hash <= 3 }, now)
}

/** Out of one block of armor or several. */
export function binaryOf(bytes: Uint8Array): Buffer {
  if ((bytes[0] ?? 0) >= 0x80) return Buffer.from(bytes)
  const blocks = Buffer.from(bytes).toString('latin1').split('-----BEGIN ').slice(1)
  return Buffer.concat(blocks.map((block) => dearmored(Buffer.from(block, 'latin1'))))
}

/** Of a clearsigned document with one signature. */
export function stateByWords(document: Uint8Array, key: Uint8Array, now: number) {
  const file = Buffer.from(document)
  const armor = file.subarray(file.lastIndexOf('-----BEGIN PGP SIGNATURE-----'))
  const [[, body] = [0, Buffer.alloc(0)]] = packetsIn(dearmored(armor))
  const signature = readSignature(body)
  return (
    signature &&
    countedAs(signature, cleartext(file), { certificates: certificatesIn(binaryOf(key)), now })
  )
}
