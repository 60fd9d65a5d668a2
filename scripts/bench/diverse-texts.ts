/*
 * Unsigned texts that differ as real ones do, since what a mixed block gains by compression depends on that: each has a source, names,
 * versions, sizes, dependencies and an environment of its own, drawn from the real samples.
 */
import { createHash } from 'node:crypto'
import { grouped } from '../../src/base/grouped.ts'

/** The text of a number, the same whenever it is asked. */
export type Texts = (at: number) => string

/** A number from 0 to below `limit`. */
type Draw = (limit: number) => number

const DEPENDENCY = /^ ([a-z\d][a-z\d+.:-]*) \(= ([^)]+)\)/gm
const DEPENDENCIES = /(?<=^Installed-Build-Depends:\n)(?: .*\n)+/m
const ENVIRONMENT = /(?<=^Environment:\n)(?: .*\n?)+/m
const [FEWEST, MOST] = [60, 400]

/** As many dependencies as a real one of 60 to 400 has; those that many have are in many. */
export function diverseDebian(samples: readonly string[]): Texts {
  const all = samples.map((text) => [...text.matchAll(DEPENDENCY)])
  const pool = all.flat().map(([, name = '', version = '']) => ({ name, version }))
  const names = wordsOf(samples)
  // one of digits alone would also be found in checksums
  const versions = pool.flatMap(({ version }) => /^(?:\d+:)?(\d+\..*)$/.exec(version)?.[1] ?? [])
  const counts = all.map(({ length }) => length).filter((one) => one >= FEWEST && one <= MOST)
  const environments = samples.flatMap((text) => ENVIRONMENT.exec(text)?.[0] ?? [])
  return (at) => {
    const draw = drawing(`debian ${at}`)
    const text = pick(samples, draw)
    const source = /^Source: (\S+)/m.exec(text)?.[1] ?? ''
    const version = /^Version: (?:\d+:)?(.*)$/m.exec(text)?.[1] ?? ''
    const other = pick(versions, draw)
    const dependencies = [...chosen(pool, pick(counts, draw), draw)]
      .map(([name, itsVersion]) => ` ${name} (= ${itsVersion})`)
      .toSorted()
      .join(',\n')
    return withSizes(text, draw)
      .replaceAll(source, pick(names, draw))
      .replaceAll(version, other)
      .replace(DEPENDENCIES, () => `${dependencies}\n`)
      .replace(ENVIRONMENT, () => pick(environments, draw))
  }
}

/**
 * Of the sizes of real ones up to 50 kB: half as the small samples are, one project as often as another, half cut from aggregates. With
 * a group and modules of their own.
 * @param words of which names are made
 */
export function diverseJvm(samples: readonly string[], words: readonly string[]): Texts {
  const small = samples.filter((text) => text.length < CUT_SIZES[0])
  const projects = [...grouped(small, (text) => valueOf(text, 'group-id')).values()]
  const aggregates = samples.filter((text) => text.length > Math.max(...CUT_SIZES))
  return (at) => {
    const draw = drawing(`jvm ${at}`)
    const isCut = draw(2) === 1
    const text = isCut
      ? cut(pick(aggregates, draw), pick(CUT_SIZES, draw))
      : pick(pick(projects, draw), draw)
    const version = valueOf(text, 'version')
    const stems = [...text.matchAll(/filename=(.*)$/gm)].map(
      ([, file = '']) => file.split(`-${version}`)[0] ?? '',
    )
    const modules = new Set([valueOf(text, 'artifact-id'), ...stems])
    const project = pick(words, draw)
    const own = `${pick(['org', 'com', 'io', 'net'], draw)}.${pick(words, draw)}.${project}`
    const names = new Map([...modules].map((name) => [name, `${project}-${pick(words, draw)}`]))
    return withSizes(text, draw)
      .replaceAll(valueOf(text, 'group-id'), own)
      .replace(/(?<=[:=/])[\w.-]+?(?=$|-\d|\.git$)/gm, (name) => names.get(name) ?? name)
  }
}

/** Of 89 real ones up to 50 kB the deciles above the median, in bytes. */
const CUT_SIZES = [2_234, 3_585, 6_149, 8_890, 23_303] as const

/** As many modules of an aggregate as make that size. */
function cut(text: string, size: number): string {
  const end = text.indexOf('\n\noutputs.', size)
  return end < 0 ? text : `${text.slice(0, end)}\n`
}

function valueOf(text: string, key: string): string {
  return new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? ''
}

/** Names of packages without what stands in no other name. */
export function wordsOf(samples: readonly string[]): readonly string[] {
  const names = samples.flatMap((text) => [...text.matchAll(DEPENDENCY)].map(([, name]) => name))
  return [...new Set(names)].flatMap((name) =>
    /^[a-z][a-z\d-]+$/.test(name ?? '') ? (name ?? '') : [],
  )
}

interface Dependency {
  readonly name: string
  readonly version: string
}

function chosen(
  pool: readonly Dependency[],
  count: number,
  draw: Draw,
): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  while (all.size < count) {
    const { name, version } = pick(pool, draw)
    if (!all.has(name)) all.set(name, version)
  }
  return all
}

/** Other digits, as many as there are: the same ones wherever that size stood. */
function withSizes(text: string, draw: Draw): string {
  const sizes = new Map<string, string>()
  return text.replace(/(?<=^ [\da-f]{32,64} [1-9]|\.length=[1-9])\d+/gm, (size) => {
    const other = String(draw(10 ** Math.min(9, size.length))).padStart(size.length, '0')
    sizes.set(size, sizes.get(size) ?? other)
    return sizes.get(size) ?? other
  })
}

function pick<T>(items: readonly T[], draw: Draw): T {
  const item = items[draw(items.length)]
  if (item === undefined) throw new Error('there is no sample')
  return item
}

/** The same for the same seed. */
function drawing(seed: string): Draw {
  let [bytes, at] = [createHash('sha512').update(seed).digest(), 0]
  return (limit) => {
    if (at + 4 > bytes.length) [bytes, at] = [createHash('sha512').update(bytes).digest(), 0]
    at += 4
    return bytes.readUInt32BE(at - 4) % limit
  }
}
