import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { agree, type Claim } from '../../../src/certification/agreement/agreement.ts'
import { ALGORITHMS, HEX_LENGTH } from '../../../src/certification/artifacts/artifact.ts'

/** Few values, so that claims meet. */
const artifact = fc
  .record({
    name: fc.constantFrom('x.jar', 'y.deb', 'z.dsc'),
    size: fc.constantFrom(1, 2),
    algorithms: fc.subarray([...ALGORITHMS], { minLength: 1 }),
    digits: fc.array(fc.constantFrom('1', '2'), { minLength: 4, maxLength: 4 }),
  })
  .map(({ name, size, algorithms, digits }) => ({
    name,
    size,
    checksums: algorithms.map((algorithm, n) => ({
      algorithm,
      hex: (digits[n] ?? '0').repeat(HEX_LENGTH[algorithm]),
    })),
  }))

const claims: fc.Arbitrary<readonly Claim[]> = fc
  .array(
    fc.record({
      rebuilder: fc.constantFrom('A', 'B', 'C', 'D'),
      artifacts: fc.array(artifact, { maxLength: 4 }),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((each, n) => ({ ...each, id: `id-${n}` })))

test('the order of claims does not matter', () => {
  fc.assert(
    fc.property(
      claims.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
        ),
      ),
      ([all, shuffled]) => {
        expect(agree(shuffled)).toEqual(agree(all))
      },
    ),
  )
})

test('every rebuilder of a group has certified every checksum that the group states', () => {
  fc.assert(
    fc.property(claims, (all) => {
      for (const { name, groups } of agree(all))
        for (const { checksums, size, weak, rebuilders } of groups) {
          expect('sha256' in checksums || 'sha512' in checksums).toBe(!weak)
          expect(Object.keys(checksums)).not.toEqual([])
          const ids = rebuilders.flatMap((each) => each.certifications)
          expect(ids).not.toEqual([])
          for (const id of ids) {
            const said = all.find((each) => each.id === id)?.artifacts ?? []
            expect(
              said.some(
                (each) =>
                  each.name === name &&
                  each.size === size &&
                  Object.entries(checksums).every(([algorithm, hex]) =>
                    each.checksums.some((sum) => sum.algorithm === algorithm && sum.hex === hex),
                  ),
              ),
            ).toBe(true)
          }
        }
    }),
  )
})

test('every claim but of a .dsc stands in a group', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const found = new Map(agree(all).map((each) => [each.name, each.groups]))
      expect(found.has('z.dsc')).toBe(false)
      for (const { id, artifacts } of all)
        for (const { name, size } of artifacts) {
          if (name === 'z.dsc') continue
          const groups = found.get(name)?.filter((group) => group.size === size) ?? []
          expect(
            groups.some(({ rebuilders }) =>
              rebuilders.some(({ certifications }) => certifications.includes(id)),
            ),
          ).toBe(true)
        }
    }),
  )
})

test('a rebuilder stands in a group once, and those with most rebuilders come first', () => {
  fc.assert(
    fc.property(claims, (all) => {
      for (const { groups } of agree(all)) {
        for (const { rebuilders } of groups) {
          const names = rebuilders.map(({ fingerprint }) => fingerprint)
          expect(names).toEqual([...new Set(names)].toSorted())
        }
        for (const kind of [true, false]) {
          const counts = groups.filter(({ weak }) => weak === kind).map((g) => g.rebuilders.length)
          expect(counts).toEqual(counts.toSorted((a, b) => b - a))
        }
      }
    }),
  )
})

const named = claims.map((all) =>
  all.map((each) => ({
    ...each,
    operator: each.rebuilder < 'C' ? `operator ${each.rebuilder}` : undefined,
  })),
)

const marks = (found: ReturnType<typeof agree>) =>
  found.flatMap(({ name, groups }) => {
    const own = groups.flatMap(({ rebuilders, weak }) => {
      const whose = rebuilders.filter(({ operator }) => operator !== undefined)
      return whose.length === 0 ? [] : [{ weak, whose }]
    })
    return own.length === 0 ? [] : [{ name, own }]
  })

test('whatever others claim, named rebuilders stand in the same groups, in the same order', () => {
  fc.assert(
    fc.property(named, (all) => {
      const alone = agree(all.filter(({ operator }) => operator !== undefined))
      expect(marks(agree(all))).toEqual(marks(alone))
    }),
  )
})
