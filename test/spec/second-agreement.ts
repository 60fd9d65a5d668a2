/* What src/spec/agreement.md says of who agrees, written a second time: nothing of Countersign is imported here. */

export interface SecondArtifact {
  readonly name: string
  readonly group?: string
  readonly size?: number
  readonly checksums: readonly { readonly algorithm: string; readonly hex: string }[]
}
export interface SecondClaim {
  readonly id: string
  readonly rebuilder: string
  readonly operator?: string | undefined
  readonly artifacts: readonly SecondArtifact[]
}

/** What one certification says of one artifact. */
interface Said {
  readonly claim: SecondClaim
  /** `sha256 HEX SIZE`, `sha512 HEX SIZE`, `size SIZE`. */
  readonly values: readonly string[]
}

const STRONG = ['sha256', 'sha512']
const NEVER = ['.dsc', '.buildinfo', '.changes']

export const artifactKeys = (claims: readonly SecondClaim[]): readonly string[] => [
  ...new Set(
    claims.flatMap(({ artifacts }) =>
      artifacts.filter(({ name }) => NEVER.every((end) => !name.endsWith(end))).map(keyOf),
    ),
  ),
]
export const keyOf = ({ name, group }: SecondArtifact): string => `${group ?? ''}/${name}`

const strongOf = ({ checksums }: SecondArtifact): readonly string[] =>
  checksums
    .filter(({ algorithm }) => STRONG.includes(algorithm))
    .map(({ algorithm, hex }) => `${algorithm} ${hex}`)

/** agreement.md, "What is said of an artifact". */
export function saidOf(claims: readonly SecondClaim[], key: string): readonly Said[] {
  const own = ({ artifacts }: SecondClaim) => artifacts.filter((one) => keyOf(one) === key)
  const sizesBy = (checksum: string, isNamed: boolean): readonly number[] =>
    claims
      .filter(({ operator }) => (operator !== undefined) === isNamed)
      .flatMap(own)
      .flatMap((one) =>
        one.size !== undefined && strongOf(one).includes(checksum) ? [one.size] : [],
      )
  const meant = (checksum: string, isNamed: boolean): string => {
    const byNamed = new Set(sizesBy(checksum, true))
    const sizes = byNamed.size > 0 || isNamed ? byNamed : new Set(sizesBy(checksum, false))
    return sizes.size === 1 ? String([...sizes][0]) : ''
  }
  return claims
    .filter((claim) => own(claim).length > 0)
    .map((claim) => ({
      claim,
      values: own(claim).flatMap((one) => {
        const strong = strongOf(one)
        const { size } = one
        const sums = strong.map(
          (sum) => `${sum} ${size ?? meant(sum, claim.operator !== undefined)}`,
        )
        return strong.length > 0 && size !== undefined ? [...sums, `size ${size}`] : sums
      }),
    }))
}

const wayOf = (value: string): string => value.split(' ')[0] ?? ''
const isStrong = (value: string): boolean => STRONG.includes(wayOf(value))

/** agreement.md, "Two certifications". */
export function relation(one: Said, other: Said): 'same' | 'otherwise' | 'unrelated' {
  const shared = one.values.filter((value) => other.values.includes(value))
  if (shared.some(isStrong)) return 'same'
  const ways = new Set(one.values.map(wayOf))
  const isDivided = [...ways].some(
    (way) =>
      other.values.some((value) => wayOf(value) === way) &&
      !shared.some((value) => wayOf(value) === way),
  )
  return isDivided ? 'otherwise' : 'unrelated'
}

type Camp = 'named' | 'others'
const campOf = ({ operator }: SecondClaim): Camp => (operator === undefined ? 'others' : 'named')
const voterOf = ({ operator, rebuilder }: SecondClaim): string =>
  operator === undefined ? `key ${rebuilder}` : `operator ${operator}`

/** agreement.md, "How a voter stands". */
function standOf(own: readonly Said[], camp: Camp, all: readonly Said[]): string {
  const strong = own.filter(({ values }) => values.length > 0)
  if (strong.length === 0) return 'weak'
  const ofCamp = all.filter(({ claim, values }) => campOf(claim) === camp && values.length > 0)
  const isIn = own[0] !== undefined && campOf(own[0].claim) === camp
  const voters = (value: string): number =>
    new Set(
      ofCamp.filter(({ values }) => values.includes(value)).map(({ claim }) => voterOf(claim)),
    ).size
  const counted = strong.map(({ values }) => {
    const others = ofCamp
      .flatMap((one) => one.values)
      .filter((value) => !values.includes(value))
      .filter((value) => values.some((mine) => wayOf(mine) === wayOf(value)))
    return {
      behind: Math.max(...values.filter(isStrong).map(voters)) + (isIn ? 0 : 1),
      against: Math.max(0, ...others.map(voters)),
    }
  })
  if (counted.some(({ behind, against }) => behind > 1 && behind > against)) return 'agrees'
  const isContradicted = counted.some(({ behind, against }) => against >= behind)
  const everybody = new Set(ofCamp.map(({ claim }) => voterOf(claim))).size + (isIn ? 0 : 1)
  if (everybody === 1) return isContradicted ? 'divided' : 'first'
  return isContradicted ? 'differs' : 'apart'
}

export function stands(
  claims: readonly SecondClaim[],
  key: string,
): Readonly<Record<string, Readonly<Record<Camp, string>>>> {
  const all = saidOf(claims, key)
  const rebuilders = [...new Set(all.map(({ claim }) => claim.rebuilder))]
  return Object.fromEntries(
    rebuilders.map((rebuilder) => {
      const own = all.filter(({ claim }) => claim.rebuilder === rebuilder)
      return [rebuilder, { named: standOf(own, 'named', all), others: standOf(own, 'others', all) }]
    }),
  )
}

const LOUDEST_FIRST = ['differs', 'divided', 'agrees', 'apart', 'first', 'weak']

/** agreement.md, "Counting". */
export function tally(claims: readonly SecondClaim[], camp: Camp) {
  const artifacts = artifactKeys(claims).map((key) => saidOf(claims, key))
  const voters = new Set(
    artifacts
      .flat()
      .filter(({ claim }) => campOf(claim) === camp)
      .map(({ claim }) => voterOf(claim)),
  )
  const loudest = [...voters].map((voter) => {
    const each = artifacts.flatMap((all) => {
      const own = all.filter(({ claim }) => voterOf(claim) === voter)
      if (own.length === 0) return []
      const towardsNamed = standOf(own, 'named', all)
      return camp === 'named' || ['agrees', 'differs'].includes(towardsNamed)
        ? [towardsNamed]
        : [standOf(own, 'others', all)]
    })
    return LOUDEST_FIRST.find((stand) => each.includes(stand)) ?? 'weak'
  })
  const differing = loudest.filter((one) => one === 'differs' || one === 'divided').length
  const agreeing = loudest.filter((one) => one === 'agrees').length
  const alone = loudest.length - differing - agreeing
  return { agreeing, differing, alone, sides: differing === 0 ? [] : sides(artifacts, camp) }
}

function sides(artifacts: readonly (readonly Said[])[], camp: Camp): readonly number[] {
  const all = artifacts
    .map((said) => sidesOf(said.filter(({ claim }) => campOf(claim) === camp)))
    .filter((one) => one.length > 1)
  const [found = []] = all.toSorted(
    (one, other) => beside(other) - beside(one) || compareNumbers(other, one),
  )
  const sum = found.slice(4).reduce((left, size) => left + size, 0)
  return found.length <= 5 ? found : [...found.slice(0, 4), sum]
}

const beside = (sizes: readonly number[]): number =>
  sizes.slice(1).reduce((sum, size) => sum + size, 0)

function compareNumbers(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((size, index) => size !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

function sidesOf(said: readonly Said[]): readonly number[] {
  const values = [...new Set(said.flatMap((one) => one.values.filter(isStrong)))]
  const left = new Set(said.map(({ claim }) => voterOf(claim)))
  const by = values.map((value) => ({
    value,
    voters: new Set(
      said.filter((one) => one.values.includes(value)).map(({ claim }) => voterOf(claim)),
    ),
  }))
  return by
    .toSorted((a, b) => b.voters.size - a.voters.size || (a.value < b.value ? -1 : 1))
    .map(({ voters }) => [...voters].filter((voter) => left.delete(voter)).length)
    .filter((size) => size > 0)
    .toSorted((a, b) => b - a)
}
