import { describe, expect, test } from 'vitest'
import { agree } from '../../src/certification/agreement.ts'
import { debian } from '../../src/certification/dialects/debian.ts'
import { stanceOf } from '../../src/certification/stance.ts'
import { signedText } from '../support/signed-text.ts'

const HELLO = ['alice', 'bob', 'mallory'].map((name) => ({
  id: `by-${name}`,
  rebuilder: name,
  artifacts: debian.read(signedText(`hello/${name}/hello_2.10-3_amd64.buildinfo`)).artifacts,
}))

type Sums = Partial<Record<'sha256' | 'sha512' | 'md5', string>>

/** What a rebuilder says of x.jar by the only artifact; whose claims these are says the first letter of each id. */
function stance(claims: Readonly<Record<string, Sums>>, who: string) {
  const [only] = agree(
    Object.entries(claims).map(([id, sums]) => ({
      id,
      rebuilder: id.charAt(0),
      artifacts: [
        {
          name: 'x.jar',
          size: 1,
          checksums: (['sha256', 'sha512', 'md5'] as const).flatMap((algorithm) => {
            const hex = sums[algorithm]
            return hex === undefined ? [] : [{ algorithm, hex }]
          }),
        },
      ],
    })),
  )
  return only && stanceOf(only, who)
}

describe('in hello', () => {
  test('mallory stands alone against two with everything that she built', () => {
    expect(agree(HELLO).map((artifact) => stanceOf(artifact, 'mallory'))).toEqual(
      [1, 2].map(() => ({
        kind: 'shared',
        agrees: false,
        dissent: { certifications: ['by-mallory'], same: 0, other: 2 },
      })),
    )
  })

  test('alice and bob stand together, and one of them against mallory does not', () => {
    for (const artifact of agree(HELLO))
      expect(stanceOf(artifact, 'alice')).toEqual({ kind: 'shared', agrees: true })
    for (const artifact of agree(HELLO.slice(1)))
      expect(stanceOf(artifact, 'bob')).toMatchObject({ agrees: false, dissent: { other: 1 } })
  })

  test('whom nobody has checked contradicts nobody', () => {
    for (const artifact of agree(HELLO.slice(0, 1)))
      expect(stanceOf(artifact, 'alice')).toEqual({ kind: 'unshared' })
  })
})

describe('of one artifact', () => {
  test('who did not certify it stands nowhere', () => {
    expect(stance({ a: { sha256: '1' } }, 'b')).toBeUndefined()
  })

  test('who gave only weak checksums says nothing that counts', () => {
    expect(stance({ a: { md5: '1' }, b: { sha256: '1' } }, 'a')).toEqual({ kind: 'weak' })
    expect(stance({ a: { md5: '1' }, b: { sha256: '1' } }, 'b')).toEqual({ kind: 'unshared' })
  })

  test('two against three are fewer, two against two are not', () => {
    const two = { a: { sha256: '1' }, b: { sha256: '1' }, c: { sha256: '2' }, d: { sha256: '2' } }
    expect(stance(two, 'a')).toEqual({ kind: 'shared', agrees: true })
    expect(stance({ ...two, e: { sha256: '2' } }, 'a')).toEqual({
      kind: 'shared',
      agrees: true,
      dissent: { certifications: ['a'], same: 1, other: 3 },
    })
    expect(stance({ ...two, e: { sha256: '2' } }, 'c')).toEqual({ kind: 'shared', agrees: true })
  })

  test('who shares a checksum with many stands with them, whatever a stranger invents beside it', () => {
    const many = {
      a: { sha256: '1', sha512: '1' },
      b: { sha256: '1' },
      c: { sha256: '1' },
      m: { sha256: '1', sha512: '9' },
    }
    expect(stance(many, 'a')).toEqual({ kind: 'shared', agrees: true })
    expect(stance(many, 'b')).toEqual({ kind: 'shared', agrees: true })
  })

  test('where many say many things, it is found out in a moment', () => {
    const claims = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [
        `${String.fromCharCode(97 + (at % 20))}${at}`,
        { sha256: String(at) },
      ]),
    )
    const began = performance.now()
    for (let turn = 0; turn < 20; turn++)
      expect(stance(claims, 'a')).toMatchObject({ dissent: { same: 0, other: 19 } })
    expect(performance.now() - began).toBeLessThan(5000)
  })

  test('two who share no algorithm say nothing about each other', () => {
    expect(stance({ a: { sha256: '1' }, b: { sha512: '2' } }, 'a')).toEqual({
      kind: 'shared',
      agrees: false,
    })
  })

  test('who says two things stands alone with the one that nobody else says', () => {
    expect(stance({ a1: { sha256: '1' }, a2: { sha256: '2' }, b: { sha256: '1' } }, 'a')).toEqual({
      kind: 'shared',
      agrees: true,
      dissent: { certifications: ['a2'], same: 0, other: 1 },
    })
  })

  test.each([3, 5, 40])(
    'who says %i things of which nobody else says one is contradicted all the same',
    (count) => {
      const lies = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`l${at}`, { sha256: String(at) }]),
      )
      const claims = { ...lies, h: { sha256: 'f' } }
      expect(stance(claims, 'l')).toMatchObject({ agrees: false, dissent: { same: 0, other: 1 } })
      expect(stance(claims, 'h')).toMatchObject({ agrees: false, dissent: { same: 0, other: 1 } })
    },
  )

  test('who says two things about what nobody else built is not contradicted by itself', () => {
    expect(stance({ a1: { sha256: '1' }, a2: { sha256: '2' } }, 'a')).toEqual({ kind: 'unshared' })
  })
})
