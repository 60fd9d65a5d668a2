import { runToEnd } from '../../../src/base/cooperative-task.ts'
import { describe, expect, test } from 'vitest'
import type { Claim } from '../../../src/certification/agreement/agreement.ts'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { statusesIn, tallyOf } from '../../../src/certification/agreement/judge.ts'
import {
  saidOfCertificationInSteps,
  saidOfRebuilder,
} from '../../../src/certification/agreement/said-by-others.ts'
import { statementsIn } from '../../../src/certification/agreement/statements.ts'
import { signedText } from '../../support/signed-text.ts'
import { processorTime } from '../../support/processor-time.ts'

/**
 * `A: x=1 y=2` in words: rebuilder A gave SHA-256 1 for x and 2 for y. Upper case is MD5, `+1` SHA-512, `1,+1` both of one file,
 * `x=1 x=2` alternatives, `@2` a size that is not 1. `A@ann: …`: by a key of the operator ann.
 */
function claimsOf(said: readonly string[]): readonly Claim[] {
  return said.map((line, at): Claim => {
    const [who = '', rest = ''] = line.split(': ')
    const [rebuilder = '', operator] = who.split('@')
    const artifacts = rest.split(' ').map((part) => {
      const [name = '', value = ''] = part.split('=')
      const [hex = '', size = '1'] = value.split('@')
      const checksums = hex.split(',').map((one) => {
        const algorithm = one.startsWith('+') ? 'sha512' : /[A-Z]/.test(one) ? 'md5' : 'sha256'
        return { algorithm, hex: one.toLowerCase() } as const
      })
      return { name, size: Number(size), checksums }
    })
    return { id: `${rebuilder}${at}`, rebuilder, operator, artifacts }
  })
}

const stated = (...said: readonly string[]) => statementsIn(claimsOf(said))

function others(...said: readonly string[]): string {
  const { agreeing, differing, alone, sides } = tallyOf(stated(...said)).others
  return `${agreeing} agree, ${differing} differ, ${alone} alone${sides.length === 0 ? '' : ` (${sides.join(' to ')})`}`
}

describe('where nobody is named, of', () => {
  test.each<[string, string, readonly string[]]>([
    ['nobody', '0 agree, 0 differ, 0 alone', []],
    ['one', '0 agree, 0 differ, 1 alone', ['A: x=1']],
    ['two who say the same', '2 agree, 0 differ, 0 alone', ['A: x=1', 'B: x=1']],
    ['two who say the same of one thing', '2 agree, 0 differ, 0 alone', ['A: x=1 y=1', 'B: y=1']],
    ['two with nothing in common', '0 agree, 0 differ, 2 alone', ['A: x=1', 'B: y=1']],
    ['two with weak checksums only', '0 agree, 0 differ, 2 alone', ['A: x=A', 'B: x=A']],
    [
      'two with different sizes, and no algorithm in common',
      '0 agree, 2 differ, 0 alone (1 to 1)',
      ['A: x=1', 'B: x=+1@2'],
    ],
    ['two with different weak ones', '0 agree, 0 differ, 2 alone', ['A: x=A', 'B: x=B']],
    [
      'two who contradict each other: neither is right',
      '0 agree, 2 differ, 0 alone (1 to 1)',
      ['A: x=1', 'B: x=2'],
    ],
    [
      'two who contradict each other, and one whose checksum is by another algorithm',
      '0 agree, 2 differ, 1 alone (1 to 1 to 1)',
      ['A: x=1', 'B: x=2', 'C: x=+3'],
    ],
    [
      'four who share a checksum, of whom one, beside a stranger, gives another by a second algorithm',
      '5 agree, 0 differ, 0 alone',
      ['A: x=1,+1', 'B: x=1', 'C: x=1', 'D: x=1', 'M: x=1,+9'],
    ],
    [
      'one who joins two sides by one checksum of each: they contradict each other all the same',
      '1 agree, 4 differ, 0 alone (3 to 2)',
      ['A: x=1,+1', 'B: x=1,+1', 'M: x=1,+2', 'C: x=2,+2', 'D: x=2,+2'],
    ],
    ['two against one', '2 agree, 1 differ, 0 alone (2 to 1)', ['A: x=1', 'B: x=1', 'C: x=2']],
    [
      'two against two, and one more against all',
      '0 agree, 5 differ, 0 alone (2 to 2 to 1)',
      ['A: x=1', 'B: x=1', 'C: x=2', 'D: x=2', 'E: x=3'],
    ],
    [
      'one who agrees about an artifact and differs about another',
      '2 agree, 1 differ, 0 alone (2 to 1)',
      ['A: x=1 y=1', 'B: x=1 y=1', 'C: x=1 y=2'],
    ],
    [
      'one who says nothing of what the others differ about',
      '1 agree, 2 differ, 0 alone (1 to 1)',
      ['A: x=1 y=1', 'B: x=2', 'C: y=1'],
    ],
    ['one who says it twice', '0 agree, 0 differ, 1 alone', ['A: x=1', 'A: x=1']],
    [
      'one who says both of two things in two certifications: it stands with the many too',
      '3 agree, 0 differ, 0 alone',
      ['A: x=1', 'B: x=1', 'C: x=1', 'C: x=2'],
    ],
    ['one who contradicts itself', '0 agree, 1 differ, 0 alone', ['A: x=1', 'A: x=2']],
    ['a .dsc that differs', '0 agree, 0 differ, 0 alone', ['A: x.dsc=1', 'B: x.dsc=2']],
    ['two with the same alternatives', '2 agree, 0 differ, 0 alone', ['A: x=1 x=2', 'B: x=1 x=2']],
    ['two with one alternative in common', '2 agree, 0 differ, 0 alone', ['A: x=1 x=2', 'B: x=2']],
    [
      'two whose alternatives have none in common',
      '0 agree, 2 differ, 0 alone (1 to 1)',
      ['A: x=1 x=2', 'B: x=3 x=4'],
    ],
    [
      'two with equal alternatives, and one with another',
      '2 agree, 1 differ, 0 alone (2 to 1)',
      ['A: x=1 x=2', 'B: x=1 x=2', 'C: x=3'],
    ],
    [
      'one whose alternatives are those of two who contradict each other',
      '1 agree, 2 differ, 0 alone (2 to 1)',
      ['A: x=1 x=2', 'B: x=1', 'C: x=2'],
    ],
    ['one with alternatives only', '0 agree, 0 differ, 1 alone', ['A: x=1 x=2']],
    [
      'seven sides: the smallest are counted together',
      '0 agree, 7 differ, 0 alone (1 to 1 to 1 to 1 to 3)',
      ['A: x=1', 'B: x=2', 'C: x=3', 'D: x=4', 'E: x=5', 'F: x=6', 'G: x=7'],
    ],
  ])('%s: %s', (_who, expected, said) => {
    expect(others(...said)).toBe(expected)
    expect(others(...said.toReversed())).toBe(expected)
  })
})

const counts = ({ agreeing, differing, alone }: ReturnType<typeof tallyOf>['named']) =>
  `${agreeing} agree, ${differing} differ, ${alone} alone`
const camps = (...said: readonly string[]) => {
  const { named, others: rest } = tallyOf(stated(...said))
  return [counts(named), counts(rest)]
}

describe('where some are named', () => {
  test('what two thousand others say changes nothing of theirs', () => {
    const named = ['A@ann: x=1,+1 y=1', 'B@bob: x=1 y=1', 'C@carol: y=2']
    const strangers = Array.from({ length: 1000 }, (_, at) => [
      `S${at}: x=1,+9 y=2`,
      `T${at}: x=7 y=8,+${at}`,
    ]).flat()
    const alone = tallyOf(stated(...named)).named
    expect(counts(alone)).toBe('2 agree, 1 differ, 0 alone')
    expect(tallyOf(stated(...strangers, ...named)).named).toEqual(alone)
    const before = stated(...named).map((one) => statusesIn(one).get('A')?.named)
    const after = stated(...named, ...strangers).map((one) => statusesIn(one).get('A')?.named)
    expect(after).toEqual(before)
  })

  test('others are held against them, however many say otherwise', () => {
    const said = ['A@ann: x=1', 'B@bob: x=1', 'S: x=2', 'T: x=2', 'U: x=2', 'V: x=1']
    expect(camps(...said)).toEqual(['2 agree, 0 differ, 0 alone', '1 agree, 3 differ, 0 alone'])
  })

  test('others are held against each other where these say nothing', () => {
    const said = ['A@ann: y=1', 'S: x=1', 'T: x=1', 'U: x=2']
    expect(camps(...said)).toEqual(['0 agree, 0 differ, 1 alone', '2 agree, 1 differ, 0 alone'])
  })

  test('an operator with two keys has one vote', () => {
    expect(camps('A@ann: x=1', 'B@ann: x=1')).toEqual([
      '0 agree, 0 differ, 1 alone',
      '0 agree, 0 differ, 0 alone',
    ])
    expect(camps('A@ann: x=1', 'B@ann: x=1', 'C@carol: x=2')[0]).toBe('0 agree, 2 differ, 0 alone')
    expect(camps('A@ann: x=1', 'B@ann: x=2')[0]).toBe('0 agree, 1 differ, 0 alone')
  })

  test('an operator called like a fingerprint is not that rebuilder', () => {
    expect(camps('A@S: x=1', 'S: x=1')).toEqual([
      '0 agree, 0 differ, 1 alone',
      '1 agree, 0 differ, 0 alone',
    ])
  })
})

const HELLO = ['alice', 'bob', 'mallory'].map((name) => ({
  id: `by-${name}`,
  rebuilder: name,
  artifacts: debian.read(signedText(`hello/${name}/hello_2.10-3_amd64.buildinfo`)).artifacts,
}))

const said = (id: string, of = HELLO) =>
  runToEnd(saidOfCertificationInSteps(statementsIn(of), id))?.others

describe('of a certification of hello', () => {
  test('another one says the same as alice, and one says otherwise', () => {
    expect(said('by-alice')).toEqual({ same: 1, otherwise: 1 })
    expect(said('by-bob')).toEqual({ same: 1, otherwise: 1 })
  })

  test('nobody says the same as mallory, and two say otherwise', () => {
    expect(said('by-mallory')).toEqual({ same: 0, otherwise: 2 })
  })

  test('nobody else has built it while alice is the only one', () => {
    expect(said('by-alice', HELLO.slice(0, 1))).toEqual({ same: 0, otherwise: 0 })
    expect(said('by-nobody')).toBeUndefined()
  })
})

test.each<[string, string, string]>([
  ['who says otherwise of one artifact says otherwise', 'B: x=1 y=2', '0 same, 1 otherwise'],
  ['who says nothing of the other one says the same', 'B: x=1', '1 same, 0 otherwise'],
  ['who gives only a weak checksum says nothing', 'B: x=A', '0 same, 0 otherwise'],
  ['who gives another algorithm says nothing', 'B: x=+1', '0 same, 0 otherwise'],
  ['who has one alternative in common says the same', 'B: x=1 x=5 y=1', '1 same, 0 otherwise'],
])('of a certification: %s', (_what, other, expected) => {
  const found = runToEnd(saidOfCertificationInSteps(stated('A: x=1 y=1', other), 'A0'))?.others
  expect(`${found?.same} same, ${found?.otherwise} otherwise`).toBe(expected)
})

test('of a rebuilder, keys of its own operator are no others', () => {
  const [x] = stated('A@ann: x=1', 'B@ann: x=2', 'C@carol: x=1', 'D: x=3', 'A@ann: x=4')
  expect(x && saidOfRebuilder(x, 'A')).toEqual({
    named: { same: 1, otherwise: 0 },
    others: { same: 0, otherwise: 1 },
  })
  expect(x && saidOfRebuilder(x, 'E')).toBeUndefined()
})

test.each<[string, string | undefined, readonly string[]]>([
  ['who did not certify it stands nowhere', undefined, ['B: x=1']],
  ['who gave only a weak checksum is weak', 'weak', ['A: x=A', 'B: x=1']],
  ['who is the only one so far is the first', 'first', ['A: x=1', 'B: x=B']],
  ['who is the only one and says two things is divided', 'divided', ['A: x=1', 'A: x=2']],
  ['who says the same as another agrees', 'agrees', ['A: x=1', 'B: x=1']],
  ['one against one differs', 'differs', ['A: x=1', 'B: x=2']],
  ['two against two differ', 'differs', ['A: x=1', 'B: x=1', 'C: x=2', 'D: x=2']],
  ['who shares no algorithm stands apart', 'apart', ['A: x=1', 'B: x=+1']],
  [
    'who lies five times differs',
    'differs',
    [1, 2, 3, 4, 5, 'f'].map((n, at) => `${at < 5 ? 'A' : 'H'}: x=${n}`),
  ],
  [
    'who shares a checksum with many stands with them, whatever a stranger invents beside it',
    'agrees',
    ['A: x=1,+1', 'B: x=1', 'C: x=1', 'M: x=1,+9'],
  ],
])('of one artifact: %s', (_what, expected, lines) => {
  const [x] = stated(...lines)
  expect(x && statusesIn(x).get('A')?.others).toBe(expected)
})

const sized = (rebuilder: string, size: number | undefined): Claim => ({
  id: rebuilder,
  rebuilder,
  artifacts: [
    {
      name: 'x',
      checksums: [{ algorithm: 'sha256', hex: '1' }],
      ...(size !== undefined && { size }),
    },
  ],
})

test.each<[string, string, readonly (number | undefined)[]]>([
  ['another size is another file', '0 agree, 2 differ, 0 alone', [1, 2]],
  ['no size is the one that is known', '2 agree, 0 differ, 0 alone', [1, undefined]],
  ['no size is none of several', '0 agree, 3 differ, 0 alone', [1, 2, undefined]],
])('%s', (_what, expected, sizes) => {
  const claims = sizes.map((size, at) => sized(`R${at}`, size))
  expect(counts(tallyOf(statementsIn(claims)).others)).toBe(expected)
})

test('what a thousand say in a hundred thousand ways is judged in a moment', () => {
  const claims = Array.from(
    { length: 2000 },
    (_, at) =>
      `R${at % 1000}: ${Array.from({ length: 50 }, (__, n) => `x=${at * 50 + n}`).join(' ')}`,
  )
  const artifacts = stated(...claims)
  const began = processorTime()
  expect(counts(tallyOf(artifacts).others)).toBe('0 agree, 1000 differ, 0 alone')
  for (const one of artifacts) expect(saidOfRebuilder(one, 'R1')?.others.otherwise).toBe(999)
  expect(processorTime() - began).toBeLessThan(8000)
})
