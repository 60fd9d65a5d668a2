import { expect, test } from 'vitest'
import { agree, type Claim } from '../../src/certification/agreement.ts'
import { voicesOf } from '../../src/certification/voices.ts'

/** `A: x=1 y=2` in words: rebuilder A gave SHA-256 1 for x and 2 for y. Upper case is MD5, `+1` SHA-512, `1,+1` both. */
function voices(...said: readonly string[]) {
  const claims = said.map((line, at): Claim => {
    const [rebuilder = '', rest = ''] = line.split(': ')
    const artifacts = rest.split(' ').map((part) => {
      const [name = '', hex = ''] = part.split('=')
      const checksums = hex.split(',').map((one) => {
        const algorithm = one.startsWith('+') ? 'sha512' : /[A-Z]/.test(one) ? 'md5' : 'sha256'
        return { algorithm, hex: one.toLowerCase() } as const
      })
      return { name, size: 1, checksums }
    })
    return { id: String(at), rebuilder, artifacts }
  })
  const { agreeing, differing, alone } = voicesOf(agree(claims))
  return `${agreeing} agree, ${differing} differ, ${alone} alone`
}

test.each<[string, string, readonly string[]]>([
  ['nobody', '0 agree, 0 differ, 0 alone', []],
  ['one', '0 agree, 0 differ, 1 alone', ['A: x=1']],
  ['two who say the same', '2 agree, 0 differ, 0 alone', ['A: x=1', 'B: x=1']],
  ['two who say the same of one artifact', '2 agree, 0 differ, 0 alone', ['A: x=1 y=1', 'B: y=1']],
  ['two with nothing in common', '0 agree, 0 differ, 2 alone', ['A: x=1', 'B: y=1']],
  ['two with weak checksums only', '0 agree, 0 differ, 2 alone', ['A: x=A', 'B: x=A']],
  [
    'two who contradict each other: neither is right',
    '0 agree, 2 differ, 0 alone',
    ['A: x=1', 'B: x=2'],
  ],
  [
    'two who contradict each other, and one whose checksum is by another algorithm',
    '0 agree, 2 differ, 1 alone',
    ['A: x=1', 'B: x=2', 'C: x=+3'],
  ],
  [
    'four who share a checksum, of whom one, beside a stranger, gives another by a second algorithm',
    '5 agree, 0 differ, 0 alone',
    ['A: x=1,+1', 'B: x=1', 'C: x=1', 'D: x=1', 'M: x=1,+9'],
  ],
  [
    'one who joins two sides by one checksum of each: they contradict each other all the same',
    '0 agree, 4 differ, 1 alone',
    ['A: x=1,+1', 'B: x=1,+1', 'M: x=1,+2', 'C: x=2,+2', 'D: x=2,+2'],
  ],
  ['two against one', '2 agree, 1 differ, 0 alone', ['A: x=1', 'B: x=1', 'C: x=2']],
  [
    'two against two, and one more against all',
    '0 agree, 5 differ, 0 alone',
    ['A: x=1', 'B: x=1', 'C: x=2', 'D: x=2', 'E: x=3'],
  ],
  [
    'one who agrees about an artifact and differs about another',
    '2 agree, 1 differ, 0 alone',
    ['A: x=1 y=1', 'B: x=1 y=1', 'C: x=1 y=2'],
  ],
  [
    'one who says nothing of what the others differ about',
    '1 agree, 2 differ, 0 alone',
    ['A: x=1 y=1', 'B: x=2', 'C: y=1'],
  ],
  ['one who says it twice', '0 agree, 0 differ, 1 alone', ['A: x=1', 'A: x=1']],
  [
    'one who says both of two things: it stands with the many too',
    '3 agree, 0 differ, 0 alone',
    ['A: x=1', 'B: x=1', 'C: x=1', 'C: x=2'],
  ],
  ['one who contradicts itself', '0 agree, 1 differ, 0 alone', ['A: x=1', 'A: x=2']],
  ['those who certified only a .dsc', '0 agree, 0 differ, 0 alone', ['A: x.dsc=1', 'B: x.dsc=2']],
])('of %s: %s', (_who, expected, said) => {
  expect(voices(...said)).toBe(expected)
  expect(voices(...said.toReversed())).toBe(expected)
})
