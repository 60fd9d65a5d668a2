/*
 * What the user's policy makes of what operators have certified about a file. Pure. An operator has one vote, however many
 * keys and certifications; n is what the policy names, whoever answered.
 */
import { isoTime } from '../iso-time.ts'
import { isCompared } from './agreement.ts'
import type { Algorithm, Artifact } from './artifact.ts'
import type { ArtifactName } from './artifact-name.ts'
import { type Operator, type Policy, ruleFor } from './policy.ts'
import { counts, type State } from './signatures/state.ts'

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
export interface Statement {
  readonly id: string
  /** Fingerprint of the primary key, and of the key that signed: 40 or 64 upper-case hex digits. */
  readonly rebuilder: string
  readonly signedBy: string
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
  /** Where only that differs, in bytes. */
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

export function verdictOn(
  subject: Subject,
  statements: readonly Statement[],
  policy: Policy,
): Verdict {
  const rule = ruleFor(policy, subject)
  const threshold = rule?.threshold ?? policy.threshold
  const owners = new Map<Operator, Statement[]>()
  for (const statement of statements) {
    const owner = ownerOf(statement, policy)
    if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), statement])
  }
  const votes = policy.operators.map((operator) =>
    voteOf(operator, subject, owners.get(operator) ?? []),
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

/** One statement is one voice, also where one operator is named by a primary key and another by its subkey. */
const ownerOf = ({ rebuilder, signedBy }: Statement, { operators }: Policy): Operator | undefined =>
  operators.find(({ keys }) => keys.includes(rebuilder)) ??
  operators.find(({ keys }) => keys.includes(signedBy))

function voteOf(operator: Operator, subject: Subject, own: readonly Statement[]): Vote {
  const certifications = new Set<string>()
  const contradictions = new Map<string, Contradiction & { readonly ids: Set<string> }>()
  const uncounted: Uncounted[] = []
  for (const { id, state, keyEndsAt, artifacts } of own) {
    for (const artifact of artifacts) {
      const relation = relationOf(artifact, subject)
      if (relation === undefined) continue
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

/**
 * Are these the subject's bytes? Every strong algorithm that both have must be equal, one at least; the size too. Else they
 * are other bytes if the name is the subject's, and of no concern if it is not.
 */
function relationOf(
  { name, group, size, checksums }: Artifact,
  subject: Subject,
):
  | 'same'
  | 'renamed'
  | 'weak'
  | { readonly algorithm: Algorithm; readonly hex: string; readonly size?: number }
  | undefined {
  // a bare file name is that of another file in another group
  const isNamed = subject.names.some((wanted) => wanted.name === name && wanted.group === group)
  const compared = STRONG.flatMap((algorithm) => {
    const given = checksums.find((one) => one.algorithm === algorithm)
    const mine = subject.checksums[algorithm]
    return given === undefined || mine === undefined
      ? []
      : [{ algorithm, hex: given.hex, isEqual: given.hex === mine }]
  })
  const isSameSize = subject.size === undefined || size === undefined || subject.size === size
  const [first] = compared
  if (first !== undefined && isSameSize && compared.every(({ isEqual }) => isEqual))
    return isNamed || subject.isNamedByUser !== true ? 'same' : 'renamed'
  if (!isNamed || !isCompared(name)) return undefined
  if (first === undefined) return 'weak'
  const other = compared.find(({ isEqual }) => !isEqual)
  return other ?? { ...first, ...(size !== undefined && { size }) }
}
