import { describe, expect, test } from 'vitest'
import { allOwners, MOST_OWNERS, ownersFor } from '../../src/certification/policy-owners.ts'
import { readPolicy, ruleFor } from '../../src/certification/policy.ts'
import { policyOf } from '../../src/check/policy-file.ts'

const A = 'A'.repeat(40)
const B = 'B'.repeat(40)
const PEER = `12D3KooW${'a'.repeat(44)}`
const OTHER = `12D3KooW${'b'.repeat(44)}`
/** Three digits of base58. */
const digits = (number: number): string => number.toString(16).padStart(3, '0').replaceAll('0', 'g')
const OPERATORS = `
[[operator]]
name = "alice"
keys = ["${A}"]
[[operator]]
name = "bob"
keys = ["0x${B.toLowerCase()}", "${'C'.repeat(64)}"]
`
const policy = (head: string, tail = '') =>
  policyOf(`${head}\n${OPERATORS}\n${tail}`, 'policy.toml')
/** One more operator, with owners of its own. */
const ownedBy = (owners: string): string =>
  `[[operator]]\nname = "carol"\nkeys = ["${'D'.repeat(40)}"]\nowners = ${owners}`

describe('a policy', () => {
  test('names operators with their keys, and how many must agree', () => {
    expect(policy('threshold = 2')).toEqual({
      threshold: 2,
      operators: [
        { name: 'alice', keys: [A] },
        { name: 'bob', keys: [B, 'C'.repeat(64)] },
      ],
      rules: [],
      contradiction: 'block',
      unreachable: 'block',
      insufficient: 'block',
      unknown: 'block',
      nodes: [],
    })
  })

  test('says how old may be what a node has heard, in hours or days', () => {
    expect(policy('threshold = 1').maxAge).toBeUndefined()
    const ageOf = (text: string) =>
      policy(`threshold = 1\nmax-age = ${text}\nowners = ["${PEER}"]`).maxAge
    expect(ageOf('"7d"')).toEqual({ text: '7d', milliseconds: 7 * 86_400_000 })
    expect(ageOf('"12h"')).toEqual({ text: '12h', milliseconds: 12 * 3_600_000 })
    for (const text of ['7', '"7"', '"0d"', '"7 d"', '"7w"', '"-1d"', '"1.5d"', '"10000d"', '""'])
      expect(() => ageOf(text), text).toThrow(/^policy.toml line 2: max-age must be hours or days/)
  })

  test('says whose word counts of how fresh a node is, of all operators and of one', () => {
    const head = `threshold = 1\nmax-age = "7d"`
    const found = policy(`${head}\nowners = ["${PEER}", "${PEER}"]`, ownedBy(`["${OTHER}"]`))
    expect(found.operators.map((one) => ownersFor(found, one))).toEqual([[PEER], [PEER], [OTHER]])
    expect(allOwners(found)).toEqual([PEER, OTHER])
    expect(() => policy(head, ownedBy(`["${OTHER}"]`))).toThrow(
      /line 2: max-age needs owners .*operator "alice"/,
    )
    for (const wrong of ['[]', '"bob"', '[1]', `["${PEER}x"]`, `["/p2p/${PEER}"]`])
      expect(() => policy(`${head}\nowners = ${wrong}`), wrong).toThrow(
        /^policy.toml line 3: owners/,
      )
    expect(() => policy(head, ownedBy('["bob"]'))).toThrow(
      /operator "carol": owners must be a list/,
    )
    const many = Array.from({ length: MOST_OWNERS + 1 }, (_, at) => PEER.slice(0, -3) + digits(at))
    expect(() => policy(`${head}\nowners = ${JSON.stringify(many)}`)).toThrow('128 is the most')
  })

  test('takes fingerprints as gpg prints them', () => {
    const spaced = 'AAAA BBBB CCCC DDDD EEEE  FFFF 0000 1111 2222 3333'
    const { operators } = readPolicy({ threshold: 1, operator: [{ name: 'a', keys: [spaced] }] })
    expect(operators[0]?.keys).toEqual(['AAAABBBBCCCCDDDDEEEEFFFF0000111122223333'])
  })

  test('has rules for names and collections, and the first that fits decides', () => {
    const rules = `
[[rule]]
name = "linux-*_amd64"
threshold = 1
[[rule]]
collection = "maven"
ignore = "built here"
[[rule]]
name = "*"
threshold = 2`
    const made = policy('threshold = 2', rules)
    expect(ruleFor(made, { name: 'linux-image-6_1_amd64' })?.threshold).toBe(1)
    expect(ruleFor(made, { name: 'linux-image-6_1_arm64' })?.threshold).toBe(2)
    expect(ruleFor(made, { name: 'g:a:1', collection: 'maven' })?.ignore).toBe('built here')
    expect(ruleFor(policy('threshold = 1'), { name: 'x' })).toBeUndefined()
  })

  test('has patterns whose cost does not grow with their stars', () => {
    const rule = { name: `${'a*'.repeat(5_000)}b`, threshold: 1 }
    const made = readPolicy({ threshold: 1, operator: [{ name: 'a', keys: [A] }], rule: [rule] })
    expect(ruleFor(made, { name: 'a'.repeat(10_000) })).toBeUndefined()
  })
})

test.each([
  ['nothing', '', 'names no [[operator]]'],
  ['no threshold', OPERATORS, 'has no threshold'],
  [
    'an unknown key',
    `thresold = 1\n${OPERATORS}`,
    'line 1: there is no key "thresold" in the policy; did you mean "threshold"?',
  ],
  [
    'a key of the whole policy below an operator',
    `threshold = 1\n${OPERATORS}max-age = "7d"`,
    'there is no key "max-age" in [[operator]]: it is of the whole policy, and belongs above the first [[operator]]',
  ],
  [
    'owners below the last of several operators',
    `threshold = 1\nmax-age = "7d"\n${OPERATORS}owners = ["${PEER}"]`,
    'Owners that stand below an [[operator]] are of that one alone',
  ],
  [
    'a threshold over n',
    `threshold = 3\n${OPERATORS}`,
    'line 1: threshold is 3, and the policy names 2 operators',
  ],
  [
    'a threshold of nobody',
    `threshold = 0\n${OPERATORS}`,
    'line 1: threshold must be a whole number, 1 at least',
  ],
  [
    'one key of two operators',
    `threshold = 1\n${OPERATORS}[[operator]]\nname = "eve"\nkeys = ["${A}"]`,
    `key ${A} belongs to operator "alice" and to "eve"`,
  ],
  [
    'one name twice',
    `threshold = 1\n${OPERATORS}[[operator]]\nname = "bob"\nkeys = ["${'D'.repeat(40)}"]`,
    `keys = ["${B}","${'C'.repeat(64)}","${'D'.repeat(40)}"]`,
  ],
  [
    'a short key id',
    `threshold = 1\n[[operator]]\nname = "a"\nkeys = ["DEADBEEFDEADBEEF"]`,
    'A short key id can be imitated',
  ],
  [
    'an operator without keys',
    `threshold = 1\n[[operator]]\nname = "a"`,
    'operator "a" has no keys',
  ],
  [
    'another word',
    `threshold = 1\nunreachable = "maybe"\n${OPERATORS}`,
    'line 2: unreachable must be "block" or "warn"',
  ],
  [
    'a rule for nothing',
    `threshold = 1\n${OPERATORS}[[rule]]\nthreshold = 1`,
    'rule 1 must say for which collection or name',
  ],
  [
    'a rule that says nothing',
    `threshold = 1\n${OPERATORS}[[rule]]\nname = "x"`,
    'rule 1 must have either a threshold, or ignore',
  ],
  [
    'no address of a node',
    `threshold = 1\nnodes = ["foo"]\n${OPERATORS}`,
    'line 2: "foo" is no address of a node',
  ],
  [
    'a threshold above its only operator',
    `threshold = 2\n[[operator]]\nname = "a"\nkeys = ["${A}"]`,
    'the policy names 1 operator: nothing could ever reach it',
  ],
  ['no TOML', `threshold = `, 'policy.toml line 1:'],
])('a policy with %s is refused with a sentence', (_, text, sentence) => {
  const refused = (): unknown => {
    try {
      return policyOf(text, 'policy.toml')
    } catch (error) {
      return error
    }
  }
  expect(refused()).toMatchObject({ code: 'POLICY_INVALID' })
  expect(String(refused())).toContain(sentence)
})
