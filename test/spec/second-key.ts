/* What src/spec/keys.md says of the form in which a key is kept, written a second time: nothing of Countersign is imported here. */
import {
  canonicalBody,
  isBy,
  last,
  packet,
  packetsIn,
  readKey,
  readSignature,
  type SecondKey,
  type SecondSignature,
  uint32,
} from './second-packets.ts'

export interface SecondCertificate {
  readonly primary: SecondKey
  readonly revocations: readonly SecondSignature[]
  readonly direct: SecondSignature | undefined
  readonly userIds: readonly UserId[]
  readonly subkeys: readonly Subkey[]
}
interface UserId {
  readonly octets: Buffer
  readonly certification: SecondSignature | undefined
  readonly revocation: SecondSignature | undefined
}
export interface Subkey {
  readonly key: SecondKey
  readonly binding: SecondSignature | undefined
  readonly back: SecondSignature | undefined
  readonly revocations: readonly SecondSignature[]
}

/** keys.md, "What is kept": every key, each once. Version 4; RSA and EdDSA. */
export function certificatesIn(bytes: Buffer): readonly SecondCertificate[] {
  const all = [...packetsIn(bytes)]
  const primaries = new Map<string, SecondKey>()
  const found = { userIds: new Map<string, Buffer>(), subkeys: new Map<string, SecondKey>() }
  const things = new Map<string, typeof found>()
  let here = found
  const signatures: SecondSignature[] = []
  for (const [tag, body] of all) {
    if (tag === 6) {
      const key = readKey(body)
      primaries.set(key.fingerprint, key)
      here = things.get(key.fingerprint) ?? { userIds: new Map(), subkeys: new Map() }
      things.set(key.fingerprint, here)
    } else if (tag === 13) here.userIds.set(body.toString('latin1'), body)
    else if (tag === 14) here.subkeys.set(body.toString('latin1'), readKey(body))
    else if (tag === 2) signatures.push(...[readSignature(body)].filter((one) => one !== undefined))
  }
  return [...primaries.values()].flatMap((primary) => {
    const own = signatures.filter(({ by }) => by === primary.id)
    const { userIds, subkeys } = things.get(primary.fingerprint) ?? found
    return certificateOf(primary, own, {
      userIds: [...userIds.values()],
      subkeys: [...subkeys.values()],
    })
  })
}

function certificateOf(
  primary: SecondKey,
  own: readonly SecondSignature[],
  {
    userIds,
    subkeys,
  }: { readonly userIds: readonly Buffer[]; readonly subkeys: readonly SecondKey[] },
): readonly SecondCertificate[] {
  const goodOn = (thing: (version: number) => readonly Buffer[], ...types: readonly number[]) =>
    own
      .filter(({ type }) => types.includes(type))
      .filter(
        (one) => isReadable(one) && isBy(one, primary, [primary.framed, ...thing(one.version)]),
      )
  const revocations = decisive(goodOn(() => [], 0x20))
  const direct = newest(goodOn(() => [], 0x1f))
  const named = userIds.flatMap((octets): readonly UserId[] => {
    const framed = Buffer.concat([Buffer.of(0xb4), uint32(octets.length), octets])
    const thing = (version: number) => [version === 3 ? octets : framed]
    const certification = newest(goodOn(thing, 0x10, 0x11, 0x12, 0x13))
    const revoking = newest(goodOn(thing, 0x30))
    const isStill = (revoking?.signedAt ?? -1) >= (certification?.signedAt ?? 0)
    const revocation = isStill ? revoking : undefined
    return (certification ?? revocation) ? [{ octets, certification, revocation }] : []
  })
  const bound = subkeys.flatMap((key): readonly Subkey[] => {
    const isByIt = (one: SecondSignature): boolean => isBy(one, key, [primary.framed, key.framed])
    const bindings = goodOn(() => [key.framed], 0x18).filter(({ hashed }) =>
      agreementsIn(hashed).every(isByIt),
    )
    const revoked = decisive(goodOn(() => [key.framed], 0x28))
    const agreements = bindings
      .flatMap(({ hashed, unhashed }) => agreementsIn([...hashed, ...unhashed]))
      .filter(isByIt)
    const binding = newest(bindings)
    const back = newest(agreements)
    return (binding ?? revoked[0]) ? [{ key, binding, back, revocations: revoked }] : []
  })
  if (direct === undefined && revocations.length + named.length + bound.length === 0) return []
  return [
    {
      primary,
      revocations,
      direct,
      userIds: named.toSorted(bestFirst),
      subkeys: bound.toSorted(
        (a, b) =>
          a.key.createdAt - b.key.createdAt || (a.key.fingerprint < b.key.fingerprint ? -1 : 1),
      ),
    },
  ]
}

const agreementsIn = (area: SecondSignature['hashed']): readonly SecondSignature[] =>
  area
    .filter(({ type }) => type === 32)
    .flatMap(({ body }) => readSignature(body) ?? [])
    .filter((one) => one.type === 0x19 && isReadable(one))

const UNDERSTOOD = [2, 3, 4, 5, 6, 7, 9, 11, 12, 16, ...range(21, 35), 39]
function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

/** A revocation always is. EdDSA wants a digest of 256 bits. */
const isReadable = ({ type, hash, hashed, algorithm }: SecondSignature): boolean =>
  [0x20, 0x28, 0x30].includes(type) ||
  (hash !== 1 &&
    !(algorithm === 22 && [2, 3, 11].includes(hash)) &&
    hashed.every((one) => !one.isCritical || UNDERSTOOD.includes(one.type)))

const octetsOf = (a: SecondSignature, b: SecondSignature): number =>
  Buffer.compare(a.hashedPart, b.hashedPart) || Buffer.compare(canonicalBody(a), canonicalBody(b))

const newest = (all: readonly SecondSignature[]): SecondSignature | undefined =>
  all.toSorted((a, b) => b.signedAt - a.signedAt || b.type - a.type || octetsOf(a, b))[0]

export const isHard = ({ hashed }: SecondSignature): boolean =>
  ![1, 3].includes(last(hashed, 29)?.[0] ?? -1)

const oldest = (some: readonly SecondSignature[]): readonly SecondSignature[] =>
  some.toSorted((a, b) => a.signedAt - b.signedAt || octetsOf(a, b)).slice(0, 1)

function decisive(all: readonly SecondSignature[]): readonly SecondSignature[] {
  return [...oldest(all.filter(isHard)), ...oldest(all.filter((one) => !isHard(one)))]
}

const isMarked = ({ certification }: UserId): boolean =>
  certification !== undefined && (last(certification.hashed, 25)?.[0] ?? 0) !== 0

const bestFirst = (a: UserId, b: UserId): number =>
  Number(a.revocation !== undefined) - Number(b.revocation !== undefined) ||
  Number(isMarked(b)) - Number(isMarked(a)) ||
  (b.certification?.signedAt ?? 0) - (a.certification?.signedAt ?? 0) ||
  Buffer.compare(a.octets, b.octets)

const signature = (one: SecondSignature | undefined, embedded?: Buffer): readonly Buffer[] =>
  one === undefined ? [] : [packet(2, canonicalBody(one, embedded))]

/** keys.md, "The form". */
export function keptForm({
  primary,
  revocations,
  direct,
  userIds,
  subkeys,
}: SecondCertificate): Buffer {
  return Buffer.concat([
    packet(6, primary.body),
    ...revocations.flatMap((one) => signature(one)),
    ...signature(direct),
    ...userIds.flatMap(({ octets, revocation, certification }) => [
      packet(13, octets),
      ...signature(revocation),
      ...signature(certification),
    ]),
    ...subkeys.flatMap((subkey) => [
      packet(14, subkey.key.body),
      ...subkey.revocations.flatMap((one) => signature(one)),
      ...signature(subkey.binding, besides(subkey)),
    ]),
  ])
}

/** Not where the binding has it in its hashed area already. */
function besides({ binding, back }: Subkey): Buffer | undefined {
  const body = back && canonicalBody(back)
  const isHashed = binding?.hashed
    .filter(({ type }) => type === 32)
    .flatMap((one) => readSignature(one.body) ?? [])
    .some((one) => body !== undefined && canonicalBody(one).equals(body))
  return isHashed === true ? undefined : body
}
