import type { Algorithm, Artifact } from '../artifacts/artifact.ts'
import { bareNameProblem } from '../artifacts/segment.ts'
import type { Omission } from './dialect.ts'
import { quoted } from './field-error.ts'

/** One checksum of one file, as a list or a link names it. */
export interface ListedSum {
  /** As signed: it can be anything. */
  readonly path: string
  readonly algorithm: Algorithm
  /** Lower case, of the right length. */
  readonly hex: string
}

interface ListedFile {
  readonly name: string
  readonly directory: string | undefined
  readonly sums: Map<Algorithm, string>
  /** The algorithm in which it has two checksums. */
  ambiguous?: Algorithm
}

/** A path in front of a name is shown if it is no longer. In characters. */
const MAX_DIRECTORY = 1000

/**
 * The files that checksums are of, in the order in which they first stand. A file is called by its base name, whatever directory
 * it was listed in: builders list the same file from different places. Where a base name stands in several directories, the
 * directory is its group, so that each is compared with its like alone. The same checksum twice is one; a file with two in one
 * algorithm is left out, and a name that no file can have here.
 */
export function filesOf(sums: readonly ListedSum[]): {
  readonly artifacts: readonly Artifact[]
  readonly leftOut: readonly Omission[]
} {
  const files = new Map<string, ListedFile>()
  const leftOut = new Map<string, Omission>()
  for (const { path, algorithm, hex } of sums) {
    const [directory, name] = split(path)
    const problem = bareNameProblem(name)
    if (problem !== undefined) {
      leftOut.set(path, unusable(path, problem))
      continue
    }
    const key = `${directory ?? ''}${name}`
    const file = files.get(key) ?? { name, directory, sums: new Map<Algorithm, string>() }
    files.set(key, file)
    if ((file.sums.get(algorithm) ?? hex) !== hex) file.ambiguous ??= algorithm
    file.sums.set(algorithm, hex)
  }
  const several = severalOf([...files.values()])
  const artifacts = [...files].flatMap(([path, file]) => {
    if (file.ambiguous === undefined) return [toArtifact(file, several)]
    leftOut.set(path, ambiguous(path, file.ambiguous))
    return []
  })
  return { artifacts, leftOut: [...leftOut.values()] }
}

function toArtifact({ name, directory, sums }: ListedFile, several: ReadonlySet<string>): Artifact {
  return {
    name,
    ...(directory !== undefined && several.has(name) && { group: directory }),
    ...(directory !== undefined && { directory }),
    checksums: [...sums].map(([algorithm, hex]) => ({ algorithm, hex })),
  }
}

/** Names that stand in more than one directory. */
function severalOf(files: readonly ListedFile[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const several = new Set<string>()
  for (const { name } of files) (seen.has(name) ? several : seen).add(name)
  return several
}

/** The directory, with a slash behind it and without steps that lead nowhere, and the base name. */
function split(path: string): readonly [string | undefined, string] {
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  if (slash > MAX_DIRECTORY) return [undefined, name]
  const steps = path.slice(0, Math.max(slash, 0)).split('/')
  const kept = steps.filter((step) => step !== '' && step !== '.')
  const isShown = kept.length > 0 && kept.every((step) => bareNameProblem(step) === undefined)
  return [isShown ? `${kept.join('/')}/` : undefined, name]
}

/** So many are named; the last of them says how many more there are. */
const MAX_LEFT_OUT = 50

/** For an answer: {@link MAX_LEFT_OUT} at most. */
export function shownOf(leftOut: readonly Omission[]): readonly Omission[] {
  if (leftOut.length <= MAX_LEFT_OUT) return leftOut
  const more = leftOut.length - MAX_LEFT_OUT + 1
  const detail = `${more} more are left out.`
  return [...leftOut.slice(0, MAX_LEFT_OUT - 1), { name: null, code: 'MORE', detail }]
}

function unusable(path: string, problem: string): Omission {
  return {
    name: shortened(path),
    code: 'NAME_UNUSABLE',
    detail: `The name ${shown(path)} is left out: it ${problem}.`,
  }
}

function ambiguous(path: string, algorithm: Algorithm): Omission {
  return {
    name: shortened(path),
    code: 'AMBIGUOUS',
    detail: `The name ${shown(path)} is ambiguous and left out: it stands there with two ${algorithm} checksums.`,
  }
}

/** What can be nothing but a name needs no quotes. */
const shown = (path: string): string => (/^[\w.+~@/-]{1,80}$/.test(path) ? path : quoted(path))

const SHOWN = 255
const shortened = (text: string): string =>
  text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
