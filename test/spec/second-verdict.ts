/* What src/spec/agreement.md says of a verdict, written a second time: nothing of Countersign is imported here. */
import { ownerOf, type SecondKey, type SecondOperator } from './second-operators.ts'
import { keyOf, relation, saidOf, type SecondArtifact } from './second-agreement.ts'

export interface SecondPolicy {
  readonly threshold: number
  readonly operator: readonly SecondOperator[]
  readonly contradiction?: string
  readonly rule?: readonly {
    readonly collection?: string
    readonly name?: string
    readonly threshold?: number
    readonly ignore?: string
  }[]
}
export interface SecondSubject {
  readonly name: string
  readonly collection?: string
  readonly names: readonly { readonly name: string; readonly group?: string }[]
  readonly isNamedByUser?: boolean
  readonly size?: number
  readonly checksums: { readonly sha256?: string; readonly sha512?: string }
}
export interface SecondStatement {
  readonly id: string
  readonly rebuilder: string
  readonly state: string
  readonly artifacts: readonly SecondArtifact[]
}

const COUNTING = ['verified', 'key-expired', 'key-retired']
const NEVER = ['.dsc', '.buildinfo', '.changes']

/** agreement.md, "Verdict": without the words that go with it. */
export function verdict(
  subject: SecondSubject,
  statements: readonly SecondStatement[],
  { policy, keys }: { readonly policy: SecondPolicy; readonly keys: readonly SecondKey[] },
) {
  const rule = (policy.rule ?? []).find(
    ({ name, collection }) =>
      (name === undefined || patternOf(name).test(subject.name)) &&
      (collection === undefined || collection === subject.collection),
  )
  const votes = policy.operator.map(({ name }) => ({
    operator: name,
    ...voteOf(
      subject,
      statements.filter(({ rebuilder }) => ownerOf(policy.operator, keys, rebuilder) === name),
    ),
  }))
  const agreeing = votes.filter(({ vote }) => vote === 'agrees').length
  const against = votes.filter(({ vote }) => vote === 'contradicts' || vote === 'divided').length
  const threshold = rule?.threshold ?? policy.threshold
  const found = (): string => {
    if (rule?.ignore !== undefined) return 'ignored'
    if (against > 0 && policy.contradiction !== 'warn') return 'contradicted'
    if (agreeing >= threshold) return 'reproduced'
    return agreeing + against > 0 ? 'insufficient' : 'unknown'
  }
  return { agreeing, threshold, operators: policy.operator.length, votes, verdict: found() }
}

const patternOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
    's',
  )

type Told =
  'same' | 'other-name' | 'weak-checksum' | { algorithm: string; hex: string; size?: number }

function voteOf(subject: SecondSubject, own: readonly SecondStatement[]) {
  const certifications = new Set<string>()
  const contradictions: { of: object; ids: string[] }[] = []
  const uncounted: object[] = []
  for (const { id, state, artifacts } of own)
    for (const { artifact, told } of toldBy(artifacts, subject)) {
      const isCounting = COUNTING.includes(state)
      if (told === 'other-name' || told === 'weak-checksum' || !isCounting)
        uncounted.push({
          id,
          artifact: artifact.name,
          state: isCounting ? told : state,
          keyEndsAt: null,
        })
      else if (told === 'same') certifications.add(id)
      else {
        const of = { artifact: artifact.name, ...told }
        const there = contradictions.find((one) => JSON.stringify(one.of) === JSON.stringify(of))
        if (there === undefined) contradictions.push({ of, ids: [id] })
        else there.ids.push(id)
      }
    }
  const agrees = certifications.size > 0
  const contradicts = contradictions.length > 0
  return {
    vote: agrees ? (contradicts ? 'divided' : 'agrees') : contradicts ? 'contradicts' : 'silent',
    certifications: [...certifications].toSorted(),
    contradictions: contradictions.map(({ of, ids }) => ({
      ...of,
      certifications: ids.toSorted(),
    })),
    uncounted,
  }
}

function toldBy(artifacts: readonly SecondArtifact[], subject: SecondSubject) {
  const keys = [...new Set(artifacts.map(keyOf))]
  return keys.flatMap((key) => {
    const all = artifacts
      .filter((one) => keyOf(one) === key)
      .flatMap((artifact) => {
        const told = toldOf(artifact, subject)
        return told === undefined ? [] : [{ artifact, told }]
      })
    const right = all.find(({ told }) => told === 'same' || told === 'other-name')
    return right === undefined ? all : [right]
  })
}

function toldOf(artifact: SecondArtifact, subject: SecondSubject): Told | undefined {
  const isNamed = subject.names.some(
    ({ name, group }) => name === artifact.name && group === artifact.group,
  )
  const strong = (['sha512', 'sha256'] as const).flatMap((algorithm) => {
    const given = artifact.checksums.find((one) => one.algorithm === algorithm)
    return given === undefined
      ? []
      : [{ algorithm, hex: given.hex, wanted: subject.checksums[algorithm] }]
  })
  const isKnown = strong.some(({ hex, wanted }) => hex === wanted)
  if (!isNamed && !isKnown) return undefined
  const wrong = strong.find(({ hex, wanted }) => wanted !== undefined && hex !== wanted)
  const judged = judgedAs(artifact, subject)
  if (judged === 'same' && wrong === undefined)
    return isNamed || subject.isNamedByUser !== true ? 'same' : 'other-name'
  if (!isNamed || NEVER.some((end) => artifact.name.endsWith(end))) return undefined
  const [first] = strong
  if (judged === 'unrelated' || first === undefined) return 'weak-checksum'
  if (wrong !== undefined) return { algorithm: wrong.algorithm, hex: wrong.hex }
  const { size } = artifact
  return { algorithm: first.algorithm, hex: first.hex, ...(size !== undefined && { size }) }
}

/** The subject as if it were one more certification of the same artifact. */
function judgedAs({ group: _group, ...artifact }: SecondArtifact, subject: SecondSubject) {
  const { size } = subject
  const checksums = Object.entries(subject.checksums).map(([algorithm, hex]) => ({
    algorithm,
    hex,
  }))
  const own = { name: artifact.name, ...(size !== undefined && { size }), checksums }
  const claims = [own, artifact].map((one, at) => ({
    id: `${at}`,
    rebuilder: `${at}`,
    artifacts: [one],
  }))
  const [mine, theirs] = saidOf(claims, `/${artifact.name}`)
  return mine === undefined || theirs === undefined ? 'unrelated' : relation(mine, theirs)
}
