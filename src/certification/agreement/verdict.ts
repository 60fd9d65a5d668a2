/*
 * What the user's policy makes of what operators have certified about a file. Pure. An operator has one vote, however many
 * keys and certifications; n is what the policy names, whoever answered.
 */
import { isoTime } from '../../base/iso-time.ts'
import { isCompared } from './agreement.ts'
import type { Algorithm, Artifact } from '../artifacts/artifact.ts'
import type { ArtifactName } from '../artifact-name.ts'
import { type Relation as Judged, relationOf } from './judge.ts'
import { type KeyFingerprints, namedOperators } from './named-operators.ts'
import { type Operator, type Policy, ruleFor } from '../policy.ts'
import { counts, type State } from '../signatures/state.ts'
import { alternativesIn, toStatements } from './statements.ts'

/** A file that somebody wants to use. */
export interface Subject {
  /** As people name it: shown, and matched by the rules of a policy. */
  readonly name: string
  /** Of what kind it is, for the rules of a policy: what nodes say of it is nobody's signed word. */
  readonly collection?: string | undefined
  /** What it is called in certifications: another checksum under one of these contradicts it. */
  readonly names: readonly ArtifactName[]
  /**
   * The user, or the cache that a build takes it from, says what it is: the same bytes under another name, of an older version
   * maybe, are no vote for that.
   */
  readonly isNamedByUser?: boolean
  /** In bytes; `undefined` if only its checksums are known. */
  readonly size?: number | undefined
  /** Lower-case hex, strong algorithms only, one at least. */
  readonly checksums: Readonly<Partial<Record<'sha256' | 'sha512', string>>>
}

/** What one verified certification says. */
export interface OperatorStatement {
  readonly id: string
  /** Fingerprint of the primary key: 40 or 64 upper-case hex digits. */
  readonly rebuilder: string
  readonly state: State
  /** When the key that signed ended or was revoked, in milliseconds since 1970. */
  readonly keyEndsAt?: number | undefined
  readonly artifacts: readonly Artifact[]
}

/** Another checksum that an operator certified for the same artifact. */
export interface Contradiction {
  readonly artifact: string
  readonly algorithm: Algorithm
  readonly hex: string
  /** In bytes. Set only where the checksums are the same and the size is not. */
  readonly size?: number
  readonly certifications: readonly string[]
}

/**
 * `agrees`: it certified these very bytes. `contradicts`: it certified others for this artifact. `divided`: both, so it has
 * no vote. `silent`: nothing that counts.
 */
export interface Vote {
  readonly operator: string
  readonly vote: 'agrees' | 'contradicts' | 'divided' | 'silent'
  /** Of these bytes. */
  readonly certifications: readonly string[]
  readonly contradictions: readonly Contradiction[]
  /** Of its own, of this artifact, that do not count, and why. */
  readonly uncounted: readonly Uncounted[]
}

export interface Uncounted {
  readonly id: string
  /** What it calls the artifact. */
  readonly artifact: string
  readonly state: State | 'weak-checksum' | 'other-name'
  /** When its key ended or was revoked, if that is why; ISO 8601. */
  readonly keyEndsAt: string | null
}

export type VerdictName = 'reproduced' | 'insufficient' | 'contradicted' | 'unknown' | 'ignored'

export interface Verdict {
  readonly verdict: VerdictName
  /** Operators who agree. */
  readonly agreeing: number
  readonly threshold: number
  /** Operators that the policy names. */
  readonly operators: number
  /** One for each operator, in the policy's order. */
  readonly votes: readonly Vote[]
  /** Why it is ignored, or what the policy only warns of. */
  readonly remark: string | null
}

/** Of these the end of the key is why. */
const ENDED: ReadonlySet<State> = new Set(['outside-validity', 'key-revoked'])

const STRONG = ['sha512', 'sha256'] as const

/** By what is judged. */
export interface Judging {
  readonly policy: Policy
  /** Of those who signed: a policy may list subkeys. */
  readonly keys: readonly KeyFingerprints[]
}

export function verdictOn(
  subject: Subject,
  statements: readonly OperatorStatement[],
  { policy, keys }: Judging,
): Verdict {
  const rule = ruleFor(policy, subject)
  const threshold = rule?.threshold ?? policy.threshold
  const { operatorOf } = namedOperators(policy.operators, keys)
  const owners = new Map<string, OperatorStatement[]>()
  for (const statement of statements) {
    const owner = operatorOf(statement.rebuilder)
    const own = owner === undefined ? undefined : owners.get(owner)
    if (own !== undefined) own.push(statement)
    else if (owner !== undefined) owners.set(owner, [statement])
  }
  const votes = policy.operators.map((operator) =>
    voteOf(operator, subject, owners.get(operator.name) ?? []),
  )
  const agreeing = votes.filter(({ vote }) => vote === 'agrees').length
  const against = votes.filter(({ vote }) => vote === 'contradicts' || vote === 'divided')
  const common = { agreeing, threshold, operators: policy.operators.length, votes }
  if (rule?.ignore !== undefined) return { ...common, verdict: 'ignored', remark: rule.ignore }
  if (against.length > 0 && policy.contradiction === 'block')
    return { ...common, verdict: 'contradicted', remark: null }
  const remark =
    against.length === 0
      ? null
      : `${against.map(({ operator }) => operator).join(', ')} certified other bytes; the policy only warns of that`
  if (agreeing >= threshold) return { ...common, verdict: 'reproduced', remark }
  const isKnown = agreeing + against.length > 0
  return { ...common, verdict: isKnown ? 'insufficient' : 'unknown', remark }
}

function voteOf(operator: Operator, subject: Subject, own: readonly OperatorStatement[]): Vote {
  const certifications = new Set<string>()
  const contradictions = new Map<string, Contradiction & { readonly ids: Set<string> }>()
  const uncounted: Uncounted[] = []
  for (const { id, state, keyEndsAt, artifacts } of own)
    for (const { artifact, relation } of relationsTo(subject, artifacts)) {
      if (relation === 'weak' || relation === 'renamed' || !counts(state)) {
        const isEnd = ENDED.has(state) && keyEndsAt !== undefined
        uncounted.push({
          id,
          artifact: artifact.name,
          state: counts(state) ? (relation === 'renamed' ? 'other-name' : 'weak-checksum') : state,
          keyEndsAt: isEnd ? isoTime(keyEndsAt) : null,
        })
        continue
      }
      if (relation === 'same') {
        certifications.add(id)
        continue
      }
      const { algorithm, hex, size } = relation
      const key = `${artifact.name} ${hex} ${size ?? ''}`
      const there = contradictions.get(key)
      if (there !== undefined) there.ids.add(id)
      else
        contradictions.set(key, {
          artifact: artifact.name,
          algorithm,
          hex,
          ...(size !== undefined && { size }),
          certifications: [],
          ids: new Set([id]),
        })
    }
  return {
    operator: operator.name,
    vote: voteBy(certifications.size > 0, contradictions.size > 0),
    certifications: [...certifications].toSorted(),
    contradictions: [...contradictions.values()].map(({ ids, ...one }) => ({
      ...one,
      certifications: [...ids].toSorted(),
    })),
    uncounted,
  }
}

function voteBy(agrees: boolean, contradicts: boolean): Vote['vote'] {
  if (agrees) return contradicts ? 'divided' : 'agrees'
  return contradicts ? 'contradicts' : 'silent'
}

type Relation =
  | 'same'
  | 'renamed'
  | 'weak'
  | { readonly algorithm: Algorithm; readonly hex: string; readonly size?: number }

/** What one certification says of the subject. Several sums of one name are alternatives: if one is the subject's, no other counts. */
function relationsTo(
  subject: Subject,
  artifacts: readonly Artifact[],
): readonly { readonly artifact: Artifact; readonly relation: Relation }[] {
  return [...alternativesIn(artifacts).values()].flatMap((alternatives) => {
    const found = alternatives.flatMap((artifact) => {
      const relation = relationTo(artifact, subject)
      return relation === undefined ? [] : [{ artifact, relation }]
    })
    const same = found.find(({ relation }) => relation === 'same' || relation === 'renamed')
    return same === undefined ? found : [same]
  })
}

/**
 * Are these the subject's bytes? By the judge; and who has the bytes knows more than who compares what two say: every strong
 * algorithm that both have must be equal. Else they are other bytes if the name is the subject's, and of no concern if it is
 * not.
 */
function relationTo(artifact: Artifact, subject: Subject): Relation | undefined {
  const { name, group, size, checksums } = artifact
  // a bare file name is that of another file in another group
  const isNamed = subject.names.some((wanted) => wanted.name === name && wanted.group === group)
  const strong = STRONG.flatMap((algorithm) => {
    const given = checksums.find((one) => one.algorithm === algorithm)
    return given === undefined ? [] : [{ algorithm, hex: given.hex }]
  })
  const isKnown = strong.some(({ algorithm, hex }) => hex === subject.checksums[algorithm])
  if (!isNamed && !isKnown) return undefined
  const other = strong.find(({ algorithm, hex }) => hex !== (subject.checksums[algorithm] ?? hex))
  const judged = judgedBy(artifact, subject)
  if (judged === 'same' && other === undefined)
    return isNamed || subject.isNamedByUser !== true ? 'same' : 'renamed'
  if (!isNamed || !isCompared(name)) return undefined
  const [first] = strong
  if (judged === 'unrelated' || first === undefined) return 'weak'
  return other ?? { ...first, ...(size !== undefined && { size }) }
}

function judgedBy(artifact: Artifact, { size, checksums }: Subject): Judged {
  const own = STRONG.flatMap((algorithm) => {
    const hex = checksums[algorithm]
    return hex === undefined ? [] : [{ algorithm, hex }]
  })
  const alternatives = [{ checksums: own, ...(size !== undefined && { size }) }]
  const [mine, theirs] = toStatements([
    { claim: NO_CLAIM, alternatives },
    { claim: NO_CLAIM, alternatives: [artifact] },
  ])
  return mine === undefined || theirs === undefined ? 'unrelated' : relationOf(mine, theirs)
}

const NO_CLAIM = { id: '', rebuilder: '' }
