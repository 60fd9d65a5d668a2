import { describe, expect, test } from 'vitest'
import { agree, type Claim } from '../../../src/certification/agreement/agreement.ts'
import type { Algorithm, Artifact } from '../../../src/certification/artifacts/artifact.ts'
import { ALGORITHMS, HEX_LENGTH } from '../../../src/certification/artifacts/artifact.ts'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { jvm } from '../../../src/certification/dialects/jvm.ts'
import { dataText, signedText } from '../../support/signed-text.ts'

type Sums = Partial<Record<Algorithm, string>>

const hex = (algorithm: Algorithm, digit: string) => digit.repeat(HEX_LENGTH[algorithm])

/** An artifact x.jar of one byte, its checksums given by one hex digit each. */
function artifact(sums: Sums, more: Partial<Artifact>): Artifact {
  const checksums = ALGORITHMS.flatMap((algorithm) => {
    const digit = sums[algorithm]
    return digit === undefined ? [] : [{ algorithm, hex: hex(algorithm, digit) }]
  })
  return { name: 'x.jar', size: 1, checksums, ...more }
}

/** A claim of x.jar; the rebuilder is the first letter of the id. */
const claim = (id: string, ...sums: readonly Sums[]): Claim => ({
  id,
  rebuilder: id.charAt(0),
  artifacts: sums.map((each) => artifact(each, {})),
})

/** A claim of x.jar in a group of Maven. */
const grouped = (id: string, group: string): Claim => ({
  id,
  rebuilder: id,
  artifacts: [artifact({ sha512: '1' }, { group })],
})

/** The only artifact's groups, as "stated checksums by digit: rebuilders". */
function summary(claims: readonly Claim[]): readonly string[] {
  const [only, ...others] = agree(claims)
  expect(others).toEqual([])
  return (only?.groups ?? []).map(({ checksums, rebuilders, weak }) => {
    const sums = Object.entries(checksums).map(([algorithm, sum]) => `${algorithm}=${sum[0]}`)
    const names = rebuilders.map(({ fingerprint }) => fingerprint).join('')
    return `${weak ? 'weak ' : ''}${sums.join(' ')}: ${names}`
  })
}

describe('the agreement of hello', () => {
  const claims = ['alice', 'bob', 'mallory'].map((name) => ({
    id: `by-${name}`,
    rebuilder: name,
    artifacts: debian.read(signedText(`hello/${name}/hello_2.10-3_amd64.buildinfo`)).artifacts,
  }))

  test('has alice and bob together, and mallory alone', () => {
    const found = agree(claims)
    expect(found.map(({ name }) => name)).toEqual([
      'hello-dbgsym_2.10-3_amd64.deb',
      'hello_2.10-3_amd64.deb',
    ])
    for (const { groups } of found) {
      expect(groups.map(({ rebuilders }) => rebuilders)).toEqual([
        [
          { fingerprint: 'alice', certifications: ['by-alice'] },
          { fingerprint: 'bob', certifications: ['by-bob'] },
        ],
        [{ fingerprint: 'mallory', certifications: ['by-mallory'] }],
      ])
      expect(groups.map(({ weak }) => weak)).toEqual([false, false])
    }
    expect(found[1]?.groups[0]?.size).toBe(53076)
    expect(found[1]?.groups[0]?.checksums.sha256).toMatch(/^3833e140[0-9a-f]{56}$/)
  })

  test('leaves out the .dsc, which debsign makes differ', () => {
    expect(claims[0]?.artifacts.map(({ name }) => name)).toContain('hello_2.10-3.dsc')
    expect(agree(claims.slice(0, 1)).map(({ name }) => name)).not.toContain('hello_2.10-3.dsc')
  })
})

describe('agreement', () => {
  test('counts a rebuilder with two certifications of the same once, and lists both', () => {
    const [found] = agree([claim('a2', { sha256: '1' }), claim('a1', { sha256: '1' })])
    expect(found?.groups).toEqual([
      {
        checksums: { sha256: hex('sha256', '1') },
        size: 1,
        weak: false,
        rebuilders: [{ fingerprint: 'a', certifications: ['a1', 'a2'] }],
      },
    ])
  })

  test('has a rebuilder with two different claims in both groups', () => {
    expect(
      summary([
        claim('a1', { sha256: '1' }),
        claim('a2', { sha256: '2' }),
        claim('b1', { sha256: '2' }),
      ]),
    ).toEqual(['sha256=2: ab', 'sha256=1: a'])
  })

  test('has a name that repeats in one file with other checksums in both groups', () => {
    expect(
      summary([claim('a', { sha512: '1' }, { sha512: '2' }), claim('b', { sha512: '1' })]),
    ).toEqual(['sha512=1: ab', 'sha512=2: a'])
  })

  test('holds claims of another size apart', () => {
    const other = { id: 'b', rebuilder: 'b', artifacts: [artifact({ sha256: '1' }, { size: 2 })] }
    expect(summary([claim('a', { sha256: '1' }), other])).toEqual(['sha256=1: a', 'sha256=1: b'])
  })

  test('compares Maven artifacts within their group', () => {
    expect(agree([grouped('a', 'org.x'), grouped('b', 'org.y')]).map(({ group }) => group)).toEqual(
      ['org.x', 'org.y'],
    )
  })

  test('never compares .dsc, .buildinfo and .changes', () => {
    const artifacts = ['x.dsc', 'x.buildinfo', 'x.changes'].map((name) =>
      artifact({ sha256: '1' }, { name }),
    )
    expect(agree([{ id: 'a', rebuilder: 'a', artifacts }])).toEqual([])
  })

  test('with MD5 or SHA-1 alone is weak, and never joins a strong one', () => {
    expect(
      summary([
        claim('a', { md5: '1' }),
        claim('b', { md5: '1', sha1: '1' }),
        claim('c', { md5: '1', sha256: '1' }),
      ]),
    ).toEqual(['md5=1 sha256=1: c', 'weak md5=1: ab'])
  })

  test('does not need weak checksums to be equal, and then does not state them', () => {
    expect(
      summary([claim('a', { md5: '1', sha256: '1' }), claim('b', { md5: '2', sha256: '1' })]),
    ).toEqual(['sha256=1: ab'])
  })

  test('joins a claim with one strong algorithm and one with both', () => {
    expect(
      summary([claim('a', { sha256: '1' }), claim('b', { sha256: '1', sha512: '1' })]),
    ).toEqual(['sha256=1: ab'])
  })

  test('makes nobody vouch for a checksum that only another gave', () => {
    // m's certification ties a true SHA-256 to a false SHA-512: a said nothing of the latter.
    expect(
      summary([
        claim('a', { sha256: '1' }),
        claim('m', { sha256: '1', sha512: '6' }),
        claim('n', { sha512: '6' }),
      ]),
    ).toEqual(['sha512=6: mn', 'sha256=1: am'])
  })

  test('shows a contradiction in the second algorithm, and lets nobody be pushed out by it', () => {
    expect(
      summary([
        claim('a', { sha256: '1' }),
        claim('b', { sha256: '1', sha512: '2' }),
        claim('m', { sha256: '1', sha512: '6' }),
      ]),
    ).toEqual(['sha256=1: abm', 'sha256=1 sha512=2: b', 'sha256=1 sha512=6: m'])
  })

  test('leaves out an artifact without any checksum', () => {
    expect(agree([claim('a', {})])).toEqual([])
  })

  test('of a large aggregate by ten rebuilders has all ten behind every artifact', () => {
    const { artifacts } = jvm.read(dataText('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo'))
    const claims = Array.from({ length: 10 }, (_, n) => ({
      id: `${n}`,
      rebuilder: `${n}`,
      artifacts,
    }))
    const found = agree(claims)
    expect(found).toHaveLength(new Set(artifacts.map(({ group, name }) => `${group}/${name}`)).size)
    for (const { groups } of found) expect(groups[0]?.rebuilders).toHaveLength(10)
  })
})
