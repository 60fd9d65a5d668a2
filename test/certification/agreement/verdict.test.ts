import { describe, expect, test } from 'vitest'
import type { KeyFingerprints } from '../../../src/certification/agreement/named-operators.ts'
import type { Artifact } from '../../../src/certification/artifacts/artifact.ts'
import type { Policy } from '../../../src/certification/policy.ts'
import {
  type OperatorStatement,
  type Subject,
  verdictOn,
} from '../../../src/certification/agreement/verdict.ts'

const ALICE = 'A'.repeat(40)
const BOB = 'B'.repeat(40)
const CAROL = 'C'.repeat(40)
const EVE = 'E'.repeat(40)
const POLICY: Policy = {
  threshold: 2,
  operators: [
    { name: 'alice', keys: [ALICE, 'D'.repeat(40)] },
    { name: 'bob', keys: [BOB] },
    { name: 'carol', keys: [CAROL] },
  ],
  rules: [],
  contradiction: 'block',
  unreachable: 'block',
  insufficient: 'block',
  unknown: 'block',
  nodes: [],
}
const GOOD = '1'.repeat(64)
const BAD = '2'.repeat(64)
const NAME = 'hello_2.10-3_amd64.deb'
const SUBJECT: Subject = {
  name: 'hello_2.10-3_amd64',
  names: [{ name: NAME }],
  size: 100,
  checksums: { sha256: GOOD, sha512: '5'.repeat(128) },
}

const artifact = (hex: string, changes: Partial<Artifact> = {}): Artifact => ({
  name: NAME,
  size: 100,
  checksums: [{ algorithm: 'sha256', hex }],
  ...changes,
})

let count = 0
const said = (
  rebuilder: string,
  artifacts: readonly Artifact[],
  changes: Partial<OperatorStatement> = {},
): OperatorStatement => ({
  id: String((count += 1)),
  rebuilder,
  state: 'verified',
  artifacts,
  ...changes,
})

const verdict = (
  statements: readonly OperatorStatement[],
  changes: Partial<Policy> = {},
  keys: readonly KeyFingerprints[] = [],
) => verdictOn(SUBJECT, statements, { policy: { ...POLICY, ...changes }, keys })

/** Nothing is known of anybody's subkeys. */
const BY_POLICY = { policy: POLICY, keys: [] }

describe('a file is', () => {
  test('reproduced when as many operators as the policy says certified these bytes', () => {
    const found = verdict([said(ALICE, [artifact(GOOD)]), said(BOB, [artifact(GOOD)])])
    expect(found).toMatchObject({ verdict: 'reproduced', agreeing: 2, threshold: 2, operators: 3 })
  })

  test('insufficient when fewer did, however many keys and certifications they have', () => {
    const second = said('D'.repeat(40), [artifact(GOOD)])
    const found = verdict([said(ALICE, [artifact(GOOD)]), said(ALICE, [artifact(GOOD)]), second])
    expect(found).toMatchObject({ verdict: 'insufficient', agreeing: 1 })
    expect(found.votes[0]?.certifications).toHaveLength(3)
  })

  test('unknown when none did, whoever else has', () => {
    expect(verdict([]).verdict).toBe('unknown')
    const strangers = [said(EVE, [artifact(GOOD)]), said(EVE, [artifact(BAD)])]
    expect(verdict(strangers).verdict).toBe('unknown')
  })

  test('contradicted when one certified other bytes for it, however many agree', () => {
    const agreeing = [said(ALICE, [artifact(GOOD)]), said(BOB, [artifact(GOOD)])]
    const found = verdict([...agreeing, said(CAROL, [artifact(BAD)])])
    expect(found).toMatchObject({ verdict: 'contradicted', agreeing: 2 })
    expect(found.votes[2]).toMatchObject({
      vote: 'contradicts',
      contradictions: [{ artifact: NAME, algorithm: 'sha256', hex: BAD }],
    })
  })

  test('contradicted when nobody knows its bytes and all know its name: a trojan', () => {
    const found = verdict([said(ALICE, [artifact(BAD)]), said(BOB, [artifact(BAD)])])
    expect(found).toMatchObject({ verdict: 'contradicted', agreeing: 0 })
  })

  test('without the vote of an operator who certified both', () => {
    const both = [said(ALICE, [artifact(GOOD)]), said(ALICE, [artifact(BAD)])]
    const found = verdict([...both, said(BOB, [artifact(GOOD)])], { contradiction: 'warn' })
    expect(found.votes[0]?.vote).toBe('divided')
    expect(found).toMatchObject({ verdict: 'insufficient', agreeing: 1 })
    expect(verdict(both).verdict).toBe('contradicted')
  })

  test('judged by votes where the policy only warns of contradictions, and that is said', () => {
    const statements = [ALICE, BOB].map((one) => said(one, [artifact(GOOD)]))
    const found = verdict([...statements, said(CAROL, [artifact(BAD)])], { contradiction: 'warn' })
    expect(found).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
    expect(found.remark).toContain('carol certified other bytes')
  })

  test('under the rules of its own kind, whatever a node says in which collection it found something', () => {
    const rules = [{ collection: 'maven', ignore: 'elsewhere' }]
    const statements = [said(CAROL, [artifact(BAD)])]
    expect(verdict(statements, { rules }).verdict).toBe('contradicted')
    const jar = { ...SUBJECT, collection: 'maven' }
    expect(verdictOn(jar, statements, { policy: { ...POLICY, rules }, keys: [] }).verdict).toBe(
      'ignored',
    )
  })

  test('ignored where a rule says so, and why', () => {
    const rules = [{ name: 'hello_*', ignore: 'built here' }]
    const found = verdict([said(CAROL, [artifact(BAD)])], { rules })
    expect(found).toMatchObject({ verdict: 'ignored', remark: 'built here' })
  })
})

const uncounted = (statement: OperatorStatement) => verdict([statement]).votes[0]?.uncounted

describe('no vote rests on', () => {
  test('a weak checksum alone', () => {
    const weak = artifact(GOOD, { checksums: [{ algorithm: 'sha1', hex: '3'.repeat(40) }] })
    const statement = said(ALICE, [weak])
    expect(verdict([statement]).verdict).toBe('unknown')
    expect(uncounted(statement)).toEqual([
      {
        id: statement.id,
        artifact: 'hello_2.10-3_amd64.deb',
        state: 'weak-checksum',
        keyEndsAt: null,
      },
    ])
  })

  test.each(['key-revoked', 'outside-validity', 'weak-digest'] as const)(
    'a state like %s',
    (state) => {
      const statement = said(ALICE, [artifact(GOOD)], { state })
      expect(verdict([statement]).verdict).toBe('unknown')
      expect(uncounted(statement)).toEqual([
        { id: statement.id, artifact: NAME, state, keyEndsAt: null },
      ])
    },
  )

  test('what a key signed after its end, and that is said', () => {
    const changes = { state: 'outside-validity', keyEndsAt: 1_700_000_000_000 } as const
    expect(uncounted(said(ALICE, [artifact(GOOD)], changes))).toMatchObject([
      { keyEndsAt: '2023-11-14T22:13:20.000Z' },
    ])
  })

  test('what a key signed that was revoked as compromised, and when that was said', () => {
    const changes = { state: 'key-revoked', keyEndsAt: 1_700_000_000_000 } as const
    expect(uncounted(said(ALICE, [artifact(GOOD)], changes))).toMatchObject([
      { keyEndsAt: '2023-11-14T22:13:20.000Z' },
    ])
  })

  test('these bytes under another name, where the user says what they are', () => {
    const older = said(ALICE, [artifact(GOOD, { name: 'tool-1.0.jar' })])
    const subject = { ...SUBJECT, names: [{ name: 'tool-2.0.jar' }], isNamedByUser: true }
    const [vote] = verdictOn(subject, [older], BY_POLICY).votes
    expect(vote).toMatchObject({
      vote: 'silent',
      uncounted: [{ state: 'other-name', artifact: 'tool-1.0.jar' }],
    })
    expect(verdictOn({ ...subject, isNamedByUser: false }, [older], BY_POLICY).agreeing).toBe(1)
  })

  test('a subkey where its primary key has voted already', () => {
    const statement = said(ALICE, [artifact(GOOD)])
    const keys = [{ primary: ALICE, subkeys: [EVE] }]
    const operators = [
      { name: 'alice', keys: [ALICE] },
      { name: 'twin', keys: [EVE] },
    ]
    const agreeing = {
      agreeing: 1,
      operators: 2,
      votes: [{ operator: 'alice', vote: 'agrees' }, {}],
    }
    expect(verdict([statement], { operators }, keys)).toMatchObject(agreeing)
    const twinFirst = verdict([statement], { operators: operators.toReversed() }, keys)
    expect(twinFirst.votes).toMatchObject([{ vote: 'silent' }, { vote: 'agrees' }])
  })

  test('a file of that name in some group, which contradicts nothing either', () => {
    const grouped = said(ALICE, [artifact(BAD, { name: 'core-1.0.jar', group: 'org.a' })])
    const subject = { ...SUBJECT, names: [{ name: 'core-1.0.jar' }] }
    expect(verdictOn(subject, [grouped], BY_POLICY).verdict).toBe('unknown')
  })

  test('a certification of something else', () => {
    expect(verdict([said(ALICE, [artifact(BAD, { name: 'other_1_amd64.deb' })])]).verdict).toBe(
      'unknown',
    )
  })

  test('another size, or one right checksum beside a wrong one', () => {
    expect(verdict([said(ALICE, [artifact(GOOD, { size: 99 })])]).verdict).toBe('contradicted')
    const mixed = artifact(GOOD, {
      checksums: [
        { algorithm: 'sha256', hex: GOOD },
        { algorithm: 'sha512', hex: '6'.repeat(128) },
      ],
    })
    const found = verdict([said(ALICE, [mixed])])
    expect(found.votes[0]?.contradictions).toMatchObject([{ algorithm: 'sha512' }])
  })
})

test('a key that expired or was retired after it signed still has its vote', () => {
  const statements = [
    said(ALICE, [artifact(GOOD)], { state: 'key-expired' }),
    said(BOB, [artifact(GOOD)], { state: 'key-retired' }),
  ]
  expect(verdict(statements).verdict).toBe('reproduced')
})
