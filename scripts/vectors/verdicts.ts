/* What a policy makes of what operators say of a file. */
import {
  type OperatorStatement,
  type Subject,
  verdictOn,
} from '../../src/certification/agreement/verdict.ts'
import { type Policy, readPolicy } from '../../src/certification/policy.ts'
import { artifactsOf } from './claims.ts'

const key = (letter: string): string => letter.repeat(40)

const POLICY = {
  threshold: 2,
  operator: [
    { name: 'ann', keys: [key('A'), key('B')] },
    { name: 'carol', keys: [key('C')] },
    { name: 'dan', keys: [key('D')] },
  ],
}
const SUBJECT: Subject = {
  name: 'x_1_amd64',
  collection: 'debian',
  names: [{ name: 'x' }],
  size: 1,
  checksums: { sha256: '1', sha512: '1' },
}

/** `A: x=1`, `A key-expired: x=1`. */
function statementsOf(lines: readonly string[]): readonly OperatorStatement[] {
  return lines.map((line, at): OperatorStatement => {
    const [who = '', rest = ''] = line.split(': ')
    const [primary = '', state = 'verified'] = who.split(' ')
    return {
      id: `${at}`,
      rebuilder: key(primary),
      state: isState(state),
      artifacts: artifactsOf(rest),
    }
  })
}

const isState = (text: string): OperatorStatement['state'] => {
  const known = STATES.find((state) => state === text)
  if (known === undefined) throw new Error(`no state ${text}`)
  return known
}
const STATES = [
  'verified',
  'key-expired',
  'key-retired',
  'outside-validity',
  'weak-digest',
  'key-revoked',
] as const

interface Case {
  readonly what: string
  readonly says: readonly string[]
  /** `EC`: the key E with the subkey C. */
  readonly keys?: readonly string[]
  readonly policy?: Readonly<Record<string, unknown>>
  readonly subject?: Partial<Subject>
}

const CASES: readonly Case[] = [
  { what: 'nobody', says: [] },
  { what: 'strangers alone', says: ['E: x=1', 'F: x=2'] },
  { what: 'two operators', says: ['A: x=1', 'C: x=1'] },
  { what: 'one operator with two keys', says: ['A: x=1', 'B: x=1'] },
  { what: 'an operator by its subkey', says: ['A: x=1', 'E: x=1'], keys: ['A', 'EC'] },
  {
    what: 'a subkey of one operator that is a key of another: the primary key decides',
    says: ['A: x=1', 'D: x=1'],
    keys: ['AC', 'D'],
  },
  { what: 'one who certified other bytes', says: ['A: x=1', 'C: x=1', 'D: x=2'] },
  {
    what: 'the same, where the policy only warns',
    says: ['A: x=1', 'C: x=1', 'D: x=2'],
    policy: { contradiction: 'warn' },
  },
  {
    what: 'one who certified both, where the policy only warns',
    says: ['A: x=1', 'A: x=2', 'C: x=1'],
    policy: { contradiction: 'warn' },
  },
  { what: 'other bytes alone', says: ['A: x=2'], policy: { contradiction: 'warn' } },
  {
    what: 'keys that ended or were retired since',
    says: ['A key-expired: x=1', 'C key-retired: x=1'],
  },
  {
    what: 'states that do not count, also against it',
    says: ['A key-revoked: x=2', 'C outside-validity: x=1', 'D weak-digest: x=1'],
  },
  { what: 'weak checksums', says: ['A: x=-1', 'C: x=-2'] },
  { what: 'one right checksum beside a wrong one', says: ['A: x=1,+2'] },
  { what: 'another size', says: ['A: x=1@2'] },
  { what: 'no size', says: ['A: x=1@', 'C: x=+1@'] },
  { what: 'an alternative that is right', says: ['A: x=2 x=1', 'C: x=1'] },
  { what: 'the same bytes under another name', says: ['A: y=1', 'C: x=1'] },
  {
    what: 'the same, where the user says what it is',
    says: ['A: y=1', 'C: x=1'],
    subject: { isNamedByUser: true },
  },
  { what: 'a file of that name in a group', says: ['A: g/x=2', 'C: x=1'] },
  {
    what: 'what is never compared, and the same bytes of it',
    says: ['A: x.dsc=2', 'C: x.dsc=1'],
    subject: { names: [{ name: 'x.dsc' }] },
  },
  {
    what: 'a rule that ignores it',
    says: ['A: x=2'],
    policy: { rule: [{ name: 'x_*', ignore: 'built here' }] },
  },
  {
    what: 'the first rule that fits',
    says: ['A: x=1'],
    policy: {
      rule: [
        { collection: 'maven', threshold: 3 },
        { name: '*_1_*', threshold: 1 },
        { name: 'x*', threshold: 2 },
      ],
    },
  },
]

export const verdictVectors = () =>
  CASES.map(({ what, says, keys = [], policy, subject }) => {
    const asked = { ...POLICY, ...policy }
    const read: Policy = readPolicy(asked)
    const about = { ...SUBJECT, ...subject }
    const statements = statementsOf(says)
    const known = keys.map((letters) => {
      const [primary = '', ...subkeys] = Array.from(letters, key)
      return { primary, subkeys }
    })
    const { remark: _inWords, ...verdict } = verdictOn(about, statements, {
      policy: read,
      keys: known,
    })
    return { what, policy: asked, subject: about, keys: known, statements, verdict }
  })
