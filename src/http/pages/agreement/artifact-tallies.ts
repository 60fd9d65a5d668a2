/* What a list of artifacts comes to, in a sentence: apart for those whom this node's pages name. */
import { type VoterGroup, VOTER_GROUPS } from '../../../certification/agreement/judge.ts'
import type { ArtifactAgreement } from '../../../contract/agreement.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'
import { isEmpty } from './tally-words.ts'

/** What a group says of an artifact, or that it says nothing; `weak`: only MD5 or SHA-1. */
type Said = 'otherwise' | 'weak' | 'once' | 'alike' | 'nothing'

function saidBy(voters: VoterGroup, { [voters]: tally, groups }: ArtifactAgreement): Said {
  if (isEmpty(tally)) return 'nothing'
  if (tally.differing > 0) return 'otherwise'
  if (tally.agreeing > 0) return 'alike'
  return groups.every(({ weak }) => weak) ? 'weak' : 'once'
}

const BY_NOTABILITY: readonly Said[] = ['otherwise', 'weak', 'once', 'nothing', 'alike']

/** What catches the eye comes first: where named ones differ, then where others do. Else in the same order. */
export function contradictedFirst(
  artifacts: readonly ArtifactAgreement[],
): readonly ArtifactAgreement[] {
  const ranked = artifacts.map((artifact) => ({
    artifact,
    rank: VOTER_GROUPS.map((voters) => BY_NOTABILITY.indexOf(saidBy(voters, artifact))),
  }))
  return ranked
    .toSorted((a, b) => (a.rank[0] ?? 0) - (b.rank[0] ?? 0) || (a.rank[1] ?? 0) - (b.rank[1] ?? 0))
    .map(({ artifact }) => artifact)
}

/** `3 artifacts. Named: 1 differs, 2 agree. Others: 1 said in several ways, 2 said alike.` */
export function summary(artifacts: readonly ArtifactAgreement[], hasPolicy: boolean): Content {
  if (artifacts.length === 0) return 'No certification below this path counts.'
  const total = artifacts.length === 1 ? '1 artifact' : `${countText(artifacts.length)} artifacts`
  const others = sentence('others', artifacts)
  if (!hasPolicy) return html`${total}: ${others ?? 'nothing is said of them'}.`
  const named = sentence('named', artifacts)
  return html`${total}. <a href="/policy">Named</a>:
    ${named ?? html`<span class="quiet">nothing said</span>`}.
    ${others === null ? null : html`<span class="quiet">Others: ${others}.</span>`}`
}

function sentence(voters: VoterGroup, artifacts: readonly ArtifactAgreement[]): Content {
  const counts = new Map<Said, number>()
  for (const artifact of artifacts) {
    const said = saidBy(voters, artifact)
    counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  const parts = BY_NOTABILITY.flatMap((said) => {
    const count = counts.get(said) ?? 0
    const [words, mark] = voters === 'named' ? NAMED[said] : [OTHERS[said], '']
    if (count === 0 || words === '') return []
    const text = `${countText(count)} ${words}`
    return [mark === '' ? text : html`<span class="${mark}">${text}</span>`]
  })
  return parts.length === 0 ? null : parts.map((part, at) => [at === 0 ? '' : ', ', part])
}

const NAMED: Readonly<Record<Said, readonly [words: string, mark: string]>> = {
  otherwise: ['\u2260 they differ about', 'no'],
  weak: ['by weak checksums only', 'quiet'],
  once: ['said by one of them', 'quiet'],
  alike: ['= they agree about', 'yes'],
  nothing: ['', ''],
}

const OTHERS: Readonly<Record<Said, string>> = {
  otherwise: 'said in several ways',
  weak: 'by weak checksums only',
  once: 'said by one rebuilder only',
  alike: 'said alike',
  nothing: '',
}
