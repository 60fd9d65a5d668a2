import { array, assert, asyncProperty, integer, nat } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, uint32 } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../../../src/certification/signatures/public-key.ts'
import { encodeSubpacket } from '../../../src/certification/signatures/subpacket.ts'
import { rawKey, rawPackets, rawStatement, type RawStatement } from '../../support/raw-key.ts'
const BEGIN = 1_770_000_000
const primary = rawKey(BEGIN)
const DAY = 86_400

/** No signature at all, where one is carried: openpgp.js confirms nothing that has it. */
const DOUBTFUL = encodeSubpacket(32, Uint8Array.of(9))
/** An end in five octets. */
const ODD_END = encodeSubpacket(9, Uint8Array.of(1, 0, 0, 0, 0))
const end = (days: number): Uint8Array => encodeSubpacket(9, uint32(days * DAY))
const MARKED = encodeSubpacket(25, Uint8Array.of(1))
const flags = (bits: number): Uint8Array => encodeSubpacket(27, Uint8Array.of(bits))
const reason = (code: number): Uint8Array => encodeSubpacket(29, Uint8Array.of(code))

const userIds = ['a', 'b', 'c', 'd'].map((name) => new TextEncoder().encode(name))
const long = Array.from({ length: 75 }, (_, at) =>
  new TextEncoder().encode(`${at} ${'x'.repeat(480)}`),
)
const subkeys = [rawKey(BEGIN), rawKey(BEGIN + DAY)]

const piece = (wanted: RawStatement): Uint8Array =>
  rawPackets(wanted, rawStatement(primary, primary, wanted))

function onUserIds(ids: readonly Uint8Array[], spread: number): readonly Uint8Array[] {
  return ids.flatMap((userId, at) =>
    [1, 2, 3, 4].flatMap((round) => {
      const day = BEGIN + DAY * (round * 3 + (at % spread))
      const hashed = [
        flags(3),
        end(100 * round + at),
        ...(round % 2 === at % 2 ? [MARKED] : []),
        ...(round === 3 ? [DOUBTFUL] : []),
        ...(round === 4 && at === 0 ? [ODD_END] : []),
      ]
      return [
        piece({ type: 0x13, at: day, userId, hashed }),
        ...(round % 2 === 0 ? [piece({ type: 0x30, at: day + DAY, userId })] : []),
      ]
    }),
  )
}

const onSubkeys: readonly Uint8Array[] = subkeys.flatMap((subkey) =>
  [1, 2, 3, 4, 5].flatMap((round) => {
    const at = BEGIN + DAY * round * 2
    const back = rawStatement(primary, subkey, { type: 0x19, at, subkey })
    const carried = encodeSubpacket(32, back)
    const doubtful = round % 2 === 0 ? [DOUBTFUL] : []
    const bits = round === 3 ? 12 : 2
    return [
      piece({ type: 0x18, at, subkey, hashed: [flags(bits), ...doubtful] }),
      piece({ type: 0x18, at, subkey, hashed: [flags(bits), ...doubtful, carried] }),
      piece({ type: 0x18, at, subkey, hashed: [flags(bits), ...doubtful], unhashed: [carried] }),
      ...(round === 5 ? [piece({ type: 0x28, at, subkey, hashed: [reason(round % 4)] })] : []),
    ]
  }),
)

const onKey: readonly Uint8Array[] = [1, 2, 3].flatMap((round) => {
  const at = BEGIN + DAY * round
  const doubtful = round === 2 ? [DOUBTFUL] : []
  return [
    piece({ type: 0x1f, at, hashed: [flags(3), end(round), ...doubtful] }),
    piece({ type: 0x1f, at }),
    piece({ type: 0x20, at, hashed: [reason(round)] }),
  ]
})

const copyOf = (pieces: readonly Uint8Array[]): Uint8Array =>
  concat(pieces.flatMap((one) => [encodePacket(TAG.publicKey, primary.body), one]))

async function once(bytes: Uint8Array): Promise<PublicKey | undefined> {
  try {
    return (await readPublicKeys(bytes))[0]
  } catch {
    return undefined
  }
}

/** As a node learns it: what two forms say together is verified anew. */
async function learnt(copies: readonly Uint8Array[]): Promise<PublicKey | undefined> {
  let known: PublicKey | undefined
  for (const copy of copies) {
    const key = await once(copy)
    if (key !== undefined)
      known = known === undefined ? key : await once(mergePublicKeys(known, key).bytes)
  }
  return known
}

async function isSameInAnyOrder(
  pieces: readonly Uint8Array[],
  runs: number,
  most = 12,
): Promise<void> {
  const chosen = array(nat(pieces.length - 1), { minLength: 1, maxLength: most, size: 'max' })
  await assert(
    asyncProperty(chosen, integer({ min: 1, max: 9 }), async (some, size) => {
      const all = [...new Set(some)].map((at) => pieces[at]!)
      const copies: Uint8Array[] = []
      for (let at = 0; at < all.length; at += size) copies.push(copyOf(all.slice(at, at + size)))
      const whole = await learnt([copyOf(all)])
      expect((await learnt(copies))?.digest).toBe(whole?.digest)
      expect((await learnt(copies.toReversed()))?.digest).toBe(whole?.digest)
    }),
    { numRuns: runs },
  )
}

describe('a key is the same whatever the order in which its parts are learnt', () => {
  test('user ids that are certified, revoked and doubted', async () => {
    await isSameInAnyOrder([...onUserIds(userIds, 3), ...onKey], 30)
  })

  test('subkeys that are bound, revoked and doubted', async () => {
    await isSameInAnyOrder([...onSubkeys, ...onUserIds(userIds.slice(0, 1), 1)], 30)
  })

  test('more user ids than are kept', async () => {
    await isSameInAnyOrder(onUserIds(long, 75), 8, 90)
  })

  test('a user id that comes back by its revocation, below the budget', async () => {
    const [userId, ...names] = long
    const others = copyOf(
      names.map((name) =>
        piece({ type: 0x13, at: BEGIN + 10 * DAY, userId: name, hashed: [flags(3)] }),
      ),
    )
    const certified = copyOf([
      piece({ type: 0x13, at: BEGIN + DAY, userId: userId!, hashed: [flags(3)] }),
    ])
    const revoked = copyOf([piece({ type: 0x30, at: BEGIN + 20 * DAY, userId: userId! })])
    const late = await learnt([others, certified, revoked])
    expect((await learnt([certified, revoked, others]))?.digest).toBe(late?.digest)
  })
})
