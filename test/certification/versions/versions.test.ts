import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compareDebianVersions,
  readDebianVersion,
} from '../../../src/certification/versions/debian-version.ts'
import {
  compareMavenVersions,
  readMavenVersion,
} from '../../../src/certification/versions/maven-version.ts'
import { newestFirst } from '../../../src/certification/versions/order.ts'
import { dataText } from '../../support/signed-text.ts'

type Compare = (a: string, b: string) => number

const debian: Compare = (a, b) =>
  Math.sign(compareDebianVersions(readDebianVersion(a), readDebianVersion(b)))
const maven: Compare = (a, b) =>
  Math.sign(compareMavenVersions(readMavenVersion(a), readMavenVersion(b)))

/** Oldest first, those that are equal in one line. */
const ranked = (file: string) =>
  dataText(`versions/${file}.txt`)
    .trimEnd()
    .split('\n')
    .flatMap((line, rank) => line.split(' ').map((version) => ({ version, rank })))

/** `debian.txt` was sorted by dpkg 1.21.22, `maven.txt` by ComparableVersion of maven-artifact 3.9.11. */
test.each([
  ['debian', 'dpkg', debian],
  ['maven', "Maven's ComparableVersion", maven],
] as const)('%s: every two of the versions stand as %s says', (file, _by, compare) => {
  const versions = ranked(file)
  for (const a of versions)
    for (const b of versions)
      expect([a.version, b.version, compare(a.version, b.version)]).toEqual([
        a.version,
        b.version,
        Math.sign(a.rank - b.rank),
      ])
})

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0

/** As dpkg wants them: a digit in front, and a revision behind a hyphen. */
const debianVersion = fc
  .tuple(
    fc.constantFrom('', '1:', '02:'),
    fc.constantFrom('0', '1', '10', '01'),
    fc.stringMatching(/^[019aZ.+~-]{0,8}$/),
  )
  .map((parts) => parts.join('').replace(/-+$/, ''))

test.skipIf(!hasDpkg)('dpkg itself says the same of any two Debian versions', () => {
  const pairs = fc.sample(fc.tuple(debianVersion, debianVersion), 300)
  const script =
    'while read -r a b; do dpkg --compare-versions "$a" lt "$b" && echo -1 && continue; dpkg --compare-versions "$a" eq "$b" && echo 0 || echo 1; done'
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('')
  const { stdout } = spawnSync('sh', ['-c', script], { input, encoding: 'utf8' })
  const said = stdout.trim().split('\n').map(Number)
  expect(pairs.map(([a, b]) => [a, b, debian(a, b)])).toEqual(
    pairs.map(([a, b], at) => [a, b, said[at]]),
  )
})

test('where Maven itself goes in a circle, what is before a release stands before what is behind it', () => {
  const circles = [
    ['1-rc', '1', '1.sp.1'],
    ['1.0.alpha.1', '1', '1-1'],
  ] as const
  for (const versions of circles)
    expect(newestFirst(versions.toReversed(), 'jvm').toReversed()).toEqual(versions)
})

test('products stand as packages do, with candidates before their release and letters behind it', () => {
  const oldestFirst = [
    '0.2.1-1',
    '0.2.1-1+b2',
    '1.1.1',
    '1.1.1n',
    '13.5a3',
    '13.5a10',
    '13.5',
    '29.4rc1',
    '29.4rc2',
    '29.4',
    '30.0-beta.1',
    '30.0-RC1',
    '30.0',
    '31.1',
    '1:2.0-1',
  ]
  for (const dialect of ['checksums', 'in-toto'] as const)
    expect(newestFirst(oldestFirst.toSorted(), dialect).toReversed()).toEqual(oldestFirst)
})

test('two ways to write one version stand by their text, whichever came first', () => {
  for (const [dialect, one, other] of [
    ['debian', '1.0', '1.00'],
    ['jvm', '1', '1.0.0'],
    ['checksums', '1.01', '1.1'],
  ] as const) {
    expect(newestFirst([one, other], dialect)).toEqual([other, one])
    expect(newestFirst([other, one], dialect)).toEqual([other, one])
  }
})

test('half a megabyte of digits, of hyphens or of changes between digits and letters takes no more than its length', () => {
  const long = 250_000
  const texts = [
    '1'.repeat(2 * long),
    '0'.repeat(2 * long),
    '-'.repeat(2 * long),
    '~'.repeat(2 * long),
    '1-'.repeat(long),
    'a1'.repeat(long),
    '.a'.repeat(long),
    'ga.'.repeat(long / 2),
    '0.'.repeat(long),
    `${'ga.'.repeat(long / 4)}${'0.'.repeat(long / 4)}rc.1`,
    `${'0.rc.'.repeat(long / 4)}1`,
    `1${'-'.repeat(long)}rc`,
  ]
  for (const dialect of ['debian', 'jvm', 'in-toto'] as const)
    for (const text of texts) expect(newestFirst([`${text}1`, text], dialect)).toHaveLength(2)
}, 60_000)
