/* Who says what of small artifacts. Their checksums are a digit: the judge compares texts. */
import type { Claim } from '../../src/certification/agreement/agreement.ts'
import type { Artifact, Checksum } from '../../src/certification/artifacts/artifact.ts'

/**
 * `x=1` in words: SHA-256 1 of x. `+1` is SHA-512, `-1` SHA-1, `1,+1` both of one file, `x=1 x=2` alternatives, `@2` a size that is
 * not 1, `@` no size, `g/x` a group.
 */
export function artifactsOf(text: string): readonly Artifact[] {
  return text.split(' ').map((part) => {
    const [path = '', value = ''] = part.split('=')
    const [hex = '', size = '1'] = value.split('@')
    const [name = '', group] = path.split('/').toReversed()
    const checksums = hex.split(',').map((one): Checksum => {
      if (one.startsWith('+')) return { algorithm: 'sha512', hex: one.slice(1) }
      if (one.startsWith('-')) return { algorithm: 'sha1', hex: one.slice(1) }
      return { algorithm: 'sha256', hex: one }
    })
    return {
      name,
      ...(group !== undefined && { group }),
      ...(size !== '' && { size: Number(size) }),
      checksums,
    }
  })
}

/** `A@ann: x=1`: by the key A of the operator ann. */
function claimsOf(lines: readonly string[]): readonly Claim[] {
  return lines.map((line, at): Claim => {
    const [who = '', rest = ''] = line.split(': ')
    const [rebuilder = '', operator] = who.split('@')
    const id = `${rebuilder}${at}`
    return { id, rebuilder, ...(operator && { operator }), artifacts: artifactsOf(rest) }
  })
}

const RELATION_LINES: readonly (readonly [what: string, one: string, other: string])[] = [
  ['the same SHA-256', 'x=1', 'x=1'],
  ['another SHA-256', 'x=1', 'x=2'],
  ['no algorithm in common', 'x=1', 'x=+1'],
  ['no algorithm in common, and another size', 'x=1', 'x=+1@2'],
  ['the same SHA-256, and another SHA-512', 'x=1,+1', 'x=1,+2'],
  ['the same SHA-256, and another size', 'x=1', 'x=1@2'],
  ['the same SHA-256, and a size that only one says', 'x=1', 'x=1@'],
  ['one alternative in common', 'x=1 x=2', 'x=2 x=3'],
  ['no alternative in common', 'x=1 x=2', 'x=3 x=4'],
  ['only weak checksums', 'x=-1', 'x=-1'],
  ['a weak one in common, and no strong one', 'x=-1,1', 'x=-1'],
]

export const RELATIONS = RELATION_LINES.map(
  ([what, one, other]) => [what, artifactsOf(one), artifactsOf(other)] as const,
)

const CLAIM_LINES: readonly (readonly [what: string, lines: readonly string[]])[] = [
  ['nobody', []],
  ['one', ['A: x=1']],
  ['two who say the same of one thing', ['A: x=1 y=1', 'B: y=1']],
  ['two who contradict each other', ['A: x=1', 'B: x=2']],
  ['two against one', ['A: x=1', 'B: x=1', 'C: x=2']],
  ['two against two, and one more', ['A: x=1', 'B: x=1', 'C: x=2', 'D: x=2', 'E: x=3']],
  ['who agrees about one thing and differs about another', ['A: x=1 y=1', 'B: x=1 y=1', 'C: x=1 y=2']],
  ['who says it twice', ['A: x=1', 'A: x=1']],
  ['who contradicts itself', ['A: x=1', 'A: x=2']],
  ['who contradicts itself, and stands with the many too', ['A: x=1', 'B: x=1', 'C: x=1', 'C: x=2']],
  ['weak checksums only', ['A: x=-1', 'B: x=-1']],
  ['what is never compared', ['A: x.dsc=1 x.changes=1', 'B: x.dsc=2 x.buildinfo=2']],
  ['other groups', ['A: g/x=1', 'B: h/x=2', 'C: x=3']],
  ['who invents a SHA-512 beside a true SHA-256', ['A: x=1,+1', 'B: x=1', 'C: x=1', 'M: x=1,+9']],
  ['who joins two sides', ['A: x=1,+1', 'B: x=1,+1', 'M: x=1,+2', 'C: x=2,+2', 'D: x=2,+2']],
  ['no size where one is known', ['A: x=1@1', 'B: x=1@']],
  ['no size where two are known', ['A: x=1@1', 'B: x=1@2', 'C: x=1@']],
  ['no size, and one that only others say', ['A@ann: x=1@', 'B@bob: x=1@', 'S: x=1@7', 'T: x=1@7']],
  ['alternatives that are those of two who differ', ['A: x=1 x=2', 'B: x=1', 'C: x=2']],
  ['seven sides', ['A: x=1', 'B: x=2', 'C: x=3', 'D: x=4', 'E: x=5', 'F: x=6', 'G: x=7']],
  ['an operator with two keys', ['A@ann: x=1', 'B@ann: x=1', 'C@carol: x=2']],
  ['an operator who is alone, and contradicts itself', ['A@ann: x=1', 'B@ann: x=2', 'S: x=2']],
  ['others against the named', ['A@ann: x=1', 'B@bob: x=1', 'S: x=2', 'T: x=2', 'U: x=2', 'V: x=1']],
  ['others where the named say nothing', ['A@ann: y=1', 'S: x=1', 'T: x=1', 'U: x=2']],
  ['others who join a group of the named, and one who says less', ['A@ann: x=1,+1', 'S: x=1,+1', 'T: x=1', 'U: x=+1']],
  ['an operator called as a rebuilder is', ['A@S: x=1', 'S: x=1']],
] // prettier-ignore

export const CLAIMS = CLAIM_LINES.map(([what, lines]) => [what, claimsOf(lines)] as const)
