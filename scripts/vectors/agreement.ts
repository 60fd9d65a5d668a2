/* Vectors of src/spec/agreement.md. */
import { agree, type Claim } from '../../src/certification/agreement/agreement.ts'
import { relationOf, statusesIn, tallyOf } from '../../src/certification/agreement/judge.ts'
import { statementsIn } from '../../src/certification/agreement/statements.ts'
import { debian } from '../../src/certification/dialects/debian.ts'
import { readSignedMessage } from '../../src/certification/signed-message.ts'
import { signedText } from '../../src/certification/signed-text.ts'
import { CLAIMS, RELATIONS } from './claims.ts'
import { dataBytes } from './id.ts'
import { operatorVectors } from './operators.ts'
import { verdictVectors } from './verdicts.ts'

/** Of real files: alice and bob have built the same, mallory has not. */
const HELLO = ['alice', 'bob', 'mallory'].map((name): Claim => {
  const { octets } = readSignedMessage({
    bytes: dataBytes(`hello/${name}/hello_2.10-3_amd64.buildinfo`),
  })
  return { id: `by-${name}`, rebuilder: name, artifacts: debian.read(signedText(octets)).artifacts }
})

function relationVector([what, one, other]: (typeof RELATIONS)[number]) {
  const claims = [
    { id: '1', rebuilder: 'A', artifacts: one },
    { id: '2', rebuilder: 'B', artifacts: other },
  ]
  const [first, second] = statementsIn(claims)[0]?.statements ?? []
  if (first === undefined || second === undefined) throw new Error(`nothing is said: ${what}`)
  return { what, one, other, relation: relationOf(first, second) }
}

function claimVector(what: string, claims: readonly Claim[]) {
  const stated = statementsIn(claims)
  return {
    what,
    claims: claims.map(({ id, rebuilder, operator, artifacts }) => ({
      id,
      rebuilder,
      ...(operator !== undefined && { operator }),
      artifacts,
    })),
    tallies: tallyOf(stated),
    stands: stated.map((artifact) => ({
      name: artifact.name,
      ...(artifact.group !== undefined && { group: artifact.group }),
      of: Object.fromEntries(statusesIn(artifact)),
    })),
    artifacts: agree(claims),
  }
}

export function agreementVectors() {
  return {
    relations: RELATIONS.map(relationVector),
    operators: operatorVectors(),
    versions: [
      claimVector('three builds of hello', HELLO),
      ...CLAIMS.map(([what, claims]) => claimVector(what, claims)),
    ],
    verdicts: verdictVectors(),
  }
}
