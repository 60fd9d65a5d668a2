import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import type { Dialect } from '../../src/certification/dialects/dialect.ts'
import { examine } from '../../src/certification/examine.ts'
import { keyPartsOf } from '../../src/certification/signatures/key-part.ts'
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../../src/certification/signatures/public-key.ts'
import { type SignatureFacts, stateOf } from '../../src/certification/signatures/state.ts'
import { dataBytes } from '../support/inputs.ts'
import { certificatesIn, keptForm } from './second-key.ts'
import { binaryOf, partsOf, type SecondPart, secondState, stateByWords } from './second-state.ts'
import vectors from './vectors/keys.json' with { type: 'json' }

const octets = (hex: string): Buffer<ArrayBuffer> => Buffer.from(hex, 'hex')
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function one(bytes: Uint8Array): Promise<PublicKey> {
  const [key] = await readPublicKeys(bytes)
  if (key === undefined) throw new Error('that is no key')
  return key
}

/** As vectors have them. */
interface Part {
  readonly fingerprint: string
  readonly createdAt?: number | undefined
  readonly expiresAt?: number | undefined
  readonly revoked?: { readonly kind: string; readonly at?: number | undefined } | undefined
  readonly maySign: boolean
}

const bare = ({ fingerprint, createdAt, expiresAt, revoked, maySign }: Part): Part => ({
  fingerprint,
  createdAt,
  expiresAt,
  revoked,
  maySign,
})
const byWords = ({ key, maySign, validUntil, revoked }: SecondPart): Part => ({
  fingerprint: key.fingerprint,
  createdAt: key.createdAt,
  expiresAt: validUntil,
  revoked,
  maySign,
})

/** GnuPG counts an end in five octets as seconds all the same, and knows no revocation with what it does not know. */
const OTHERWISE_BY_GPG = [
  'an end in five octets: it ends at once',
  'such a one in a revocation: it counts',
]

/** What the parts of a key are by GnuPG, which ends no subkey with its primary key. */
function expectAsByGpg(parts: readonly Part[], gpg: readonly Omit<Part, 'revoked'>[]): void {
  const [primary] = parts
  const known = new Map(gpg.map((part) => [part.fingerprint, part]))
  for (const part of parts) {
    const theirs = known.get(part.fingerprint)
    expect(theirs).toMatchObject({
      createdAt: part.createdAt,
      revoked: part.revoked !== undefined,
      maySign: part.maySign,
    })
    const ends = [theirs?.expiresAt, primary?.expiresAt].filter((end) => end !== undefined)
    expect(part.expiresAt).toBe(ends.length === 0 ? undefined : Math.min(...ends))
  }
}

describe('a key with', () => {
  test.each(vectors.made)(
    '$what is kept as the vector has it, here and by the words',
    async (vector) => {
      const key = await one(octets(vector.sent))
      expect(hexOf(key.bytes)).toBe(vector.kept)
      expect(hexOf((await one(key.bytes)).bytes)).toBe(vector.kept)
      const [second] = certificatesIn(octets(vector.sent))
      expect(second && hexOf(keptForm(second))).toBe(vector.kept)
      const parts = vector.parts.map(bare)
      expect(keyPartsOf(key.bytes).map(bare)).toEqual(parts)
      expect(second && partsOf(second).map(byWords)).toEqual(parts)
      if (!OTHERWISE_BY_GPG.includes(vector.what)) expectAsByGpg(parts, vector.gpg)
    },
  )

  test.each(vectors.files)('the packets of $file is kept as the vector has it', async (vector) => {
    const sent = dataBytes(vector.file)
    const [key] = (await readPublicKeys(sent)).filter(
      ({ fingerprint }) => fingerprint === vector.fingerprint,
    )
    if (key === undefined) throw new Error('that key is not there')
    expect([key.bytes.length, sha256(key.bytes)]).toEqual([vector.keptBytes, vector.kept])
    const parts = vector.parts.map(bare)
    expect(keyPartsOf(key.bytes).map(bare)).toEqual(parts)
    expectAsByGpg(parts, vector.gpg)
    const [second] = certificatesIn(binaryOf(sent)).filter(
      ({ primary }) => primary.fingerprint === vector.fingerprint,
    )
    expect(second && sha256(keptForm(second))).toBe(vector.kept)
    expect(second && partsOf(second).map(byWords)).toEqual(parts)
  })
})

describe('two copies of a key', () => {
  test.each(vectors.merges)(
    '$what are the vector together, in any order, here and by the words',
    async (vector) => {
      const [a, b] = [await one(octets(vector.one)), await one(octets(vector.other))]
      for (const merged of [mergePublicKeys(a, b), mergePublicKeys(b, a)])
        expect(hexOf(merged.bytes)).toBe(vector.merged)
      expect(hexOf((await one(octets(vector.merged))).bytes)).toBe(vector.merged)
      const sent = vectors.made.filter(({ what }) => vector.what.includes(what))
      const together = Buffer.concat(sent.map((piece) => octets(piece.sent)))
      expect(hexOf((await one(together)).bytes)).toBe(vector.merged)
      const [second] = certificatesIn(Buffer.concat([b.bytes, a.bytes]))
      expect(second && hexOf(keptForm(second))).toBe(vector.merged)
    },
  )
})

test('of whatever copies of a key come in one piece, the code and the words keep the same', async () => {
  const all = vectors.made.map(({ sent }) => octets(sent))
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(all, { minLength: 1, maxLength: 8 }), async (some) => {
      const sent = Buffer.concat(some)
      const [second] = certificatesIn(sent)
      const key = await one(sent)
      expect(second && hexOf(keptForm(second))).toBe(hexOf(key.bytes))
      expect(second && partsOf(second).map(byWords)).toEqual(keyPartsOf(key.bytes).map(bare))
    }),
    { numRuns: 40 },
  )
})

describe('what was signed', () => {
  test.each(vectors.states)(
    'with $what is $state, here and by the words',
    ({ facts, now, state }) => {
      const whose = { rebuilder: 'A', signedBy: 'A' }
      const revoked = facts?.revoked
      const known: SignatureFacts | undefined =
        facts === null
          ? undefined
          : {
              ...whose,
              signedAt: facts.signedAt,
              validFrom: facts.validFrom,
              weakDigest: facts.weakDigest,
              ...(facts.validUntil !== undefined && { validUntil: facts.validUntil }),
              ...(revoked !== undefined && {
                revoked: { kind: revoked.kind === 'hard' ? 'hard' : 'soft', at: revoked.at },
              }),
            }
      expect(stateOf(known, now)).toBe(state)
      expect(secondState(facts, now)).toBe(state)
    },
  )

  const stateBy = async (document: Uint8Array, key: Uint8Array, at: number) => {
    const keys = await readPublicKeys(key)
    const [found] = await examine(
      { bytes: document },
      anyDebian,
      keys.map(({ bytes }) => bytes),
    )
    if (found?.signature === 'invalid') return found.code
    return stateOf(found?.signature === 'good' ? found.facts : undefined, at)
  }
  const anyDebian: Dialect = DIALECTS.debian

  /** GnuPG asks not when the primary key was made, knows no clock that is wrong, follows designated revokers, and lets a key end a second later. */
  const OTHERWISE = new Set([
    'outside-validity GOODSIG',
    'key-expired GOODSIG',
    'verified REVKEYSIG',
  ])
  const AS_BY_GPG: Readonly<Record<string, readonly string[]>> = {
    verified: ['GOODSIG'],
    'key-expired': ['EXPKEYSIG', 'EXPSIG'],
    'key-retired': ['REVKEYSIG'],
    'key-revoked': ['REVKEYSIG'],
    'outside-validity': ['EXPKEYSIG', 'REVKEYSIG', 'ERRSIG'],
    'weak-digest': ['ERRSIG'],
    'key-unknown': ['ERRSIG'],
    SIGNATURE_INVALID: ['BADSIG'],
    SIGNER_UNAUTHORIZED: ['ERRSIG'],
  }
  const expectGpg = (state: string, gpg: string): void => {
    if (!OTHERWISE.has(`${state} ${gpg}`)) expect(AS_BY_GPG[state]).toContain(gpg)
  }

  test.each(vectors.madeDocuments)(
    '$what is $state at $at, here and by the words',
    async (vector) => {
      const [document, key] = [Buffer.from(vector.document), octets(vector.key)]
      expect(await stateBy(document, key, vector.at)).toBe(vector.state)
      expect(stateByWords(document, key, vector.at)).toBe(vector.state)
      expectGpg(vector.state, vector.gpg)
    },
  )

  test.each(vectors.documents)(
    'in $file is $state by $key, here and by the words',
    async (vector) => {
      const [document, key] = [dataBytes(vector.file), dataBytes(vector.key)]
      expect(await stateBy(document, key, vector.at)).toBe(vector.state)
      expect(stateByWords(document, key, vector.at)).toBe(vector.state)
      expectGpg(vector.state, vector.gpg)
    },
  )

  test('is by GnuPG what it is here, but for four', () => {
    const all = [...vectors.madeDocuments, ...vectors.documents]
    const otherwise = all.filter(({ state, gpg }) => OTHERWISE.has(`${state} ${gpg}`))
    expect(otherwise).toHaveLength(4)
  })

  test.each(vectors.links)('in $file is $states by $key', async (vector) => {
    const { bytes, fingerprint } = await one(dataBytes(vector.key))
    expect([hexOf(bytes), fingerprint]).toEqual([vector.kept, vector.fingerprint])
    const found = await examine({ bytes: dataBytes(vector.file) }, DIALECTS['in-toto'], [bytes])
    const states = found.map((each) =>
      stateOf(each.signature === 'good' ? each.facts : undefined, 0),
    )
    expect(states).toEqual(vector.states)
  })
})
