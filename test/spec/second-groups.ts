/* What src/spec/agreement.md says of groups, written a second time: nothing of Countersign is imported here. */
import { keyOf, type SecondClaim } from './second-agreement.ts'

type Sums = Readonly<Record<string, string>>

interface Line {
  readonly claim: SecondClaim
  readonly size: number | undefined
  readonly sums: Sums
}

/** agreement.md, "Groups". */
export function groupsOf(claims: readonly SecondClaim[], key: string) {
  const lines = claims.flatMap((claim) =>
    claim.artifacts
      .filter((artifact) => keyOf(artifact) === key)
      .map(({ size, checksums }): Line => {
        const sums: Record<string, string> = {}
        for (const { algorithm, hex } of checksums) sums[algorithm] ??= hex
        return { claim, size, sums }
      }),
  )
  const strong = camps(lines.filter(isStrong), ['sha256', 'sha512'])
  const weak = camps(
    lines.filter((line) => !isStrong(line)),
    ['md5', 'sha1'],
  )
  return [
    ...strong.map((members) => written(members, false)),
    ...weak.map((members) => written(members, true)),
  ].toSorted(inOrder)
}

const isStrong = ({ sums }: Line): boolean => 'sha256' in sums || 'sha512' in sums

type Pair = readonly [one: string, other: string]

function camps(lines: readonly Line[], pair: Pair): readonly (readonly Line[])[] {
  const isNamed = ({ claim }: Line): boolean => claim.operator !== undefined
  const named = agreeing(lines.filter(isNamed), pair)
  const others = lines.filter((line) => !isNamed(line))
  const joins = (line: Line, members: readonly Line[]): boolean => {
    const stated = commonIn(members)
    return (
      line.size === members[0]?.size &&
      pair.every(
        (algorithm) => (stated[algorithm] ?? line.sums[algorithm]) === line.sums[algorithm],
      ) &&
      pair.some((algorithm) => stated[algorithm] !== undefined)
    )
  }
  const rest = others.filter((line) => !named.some((members) => joins(line, members)))
  return [
    ...named.map((members) => [...members, ...others.filter((line) => joins(line, members))]),
    ...agreeing(rest, pair),
  ]
}

function agreeing(lines: readonly Line[], pair: Pair): readonly (readonly Line[])[] {
  const states = (line: Line, algorithm: string, of: Line): boolean =>
    line.size === of.size && line.sums[algorithm] === of.sums[algorithm]
  const hasBoth = ({ sums }: Line): boolean => pair.every((algorithm) => algorithm in sums)
  const groups = lines.map((line) => {
    if (!hasBoth(line)) {
      const [algorithm = ''] = pair.filter((one) => one in line.sums)
      return lines.filter((one) => states(one, algorithm, line))
    }
    const besides = pair.map((algorithm) => lines.filter((one) => states(one, algorithm, line)))
    const isAloneNowhere = besides.every((all) => all.every(hasBoth))
    const isDivided = besides.some(
      (all) =>
        new Set(all.filter(hasBoth).map(({ sums }) => pair.map((one) => sums[one]).join())).size >
        1,
    )
    return isAloneNowhere || isDivided
      ? lines.filter((one) => pair.every((algorithm) => states(one, algorithm, line)))
      : []
  })
  const once = new Map(
    groups.map((members) => [members.map((one) => lines.indexOf(one)).join(), members]),
  )
  return [...once.values()].filter((members) => members.length > 0)
}

function commonIn(members: readonly Line[]): Sums {
  const [first] = members
  const all = Object.entries(first?.sums ?? {})
  return Object.fromEntries(
    all.filter(([algorithm, hex]) => members.every(({ sums }) => sums[algorithm] === hex)),
  )
}

function written(members: readonly Line[], weak: boolean) {
  const voices = new Map<string, { claim: SecondClaim; ids: Set<string> }>()
  for (const { claim } of members) {
    const name = JSON.stringify([claim.rebuilder, claim.operator])
    const there = voices.get(name) ?? { claim, ids: new Set() }
    voices.set(name, { ...there, ids: there.ids.add(claim.id) })
  }
  const rebuilders = [...voices.values()]
    .map(({ claim: { rebuilder, operator }, ids }) => ({
      fingerprint: rebuilder,
      ...(operator !== undefined && { operator }),
      certifications: [...ids].toSorted(),
    }))
    .toSorted(
      (a, b) =>
        Number(!('operator' in a)) - Number(!('operator' in b)) ||
        (a.fingerprint < b.fingerprint ? -1 : 1),
    )
  const size = members[0]?.size
  return { checksums: commonIn(members), ...(size !== undefined && { size }), weak, rebuilders }
}

type Group = ReturnType<typeof written>

function inOrder(a: Group, b: Group): number {
  const named = (one: Group): number =>
    new Set(one.rebuilders.flatMap(({ operator }) => operator ?? [])).size
  const text = ({ size, checksums, rebuilders }: Group): string => {
    const sums = ['sha256', 'sha512', 'sha1', 'md5'].map((one) => checksums[one] ?? '')
    return [size ?? '', ...sums, ...rebuilders.flatMap((one) => one.certifications)].join(' ')
  }
  return (
    Number(a.weak) - Number(b.weak) ||
    named(b) - named(a) ||
    (named(a) > 0 ? 0 : b.rebuilders.length - a.rebuilders.length) ||
    (text(a) < text(b) ? -1 : 1)
  )
}
