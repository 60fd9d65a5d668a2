import { MalformedError } from '../../base/errors.ts'
import type { Algorithm, Artifact } from '../artifacts/artifact.ts'
import type { ProductSource } from '../artifacts/source-identifier.ts'
import { readChecksumLine } from './checksum-line.ts'
import type { Buildinfo, Dialect, Omission } from './dialect.ts'
import { invalidField, missingField, syntaxError } from './field-error.ts'
import { filesOf, type ListedSum, shownOf } from './listed-files.ts'
import { readProductName } from './product-name.ts'

/** Bitcoin Core's largest has 60. */
const MAX_LINES = 10_000

/**
 * The output of sha256sum, sha512sum and their like with a detached signature, or clearsigned: `SHA256SUMS` of Bitcoin Core's
 * guix.sigs, Qubes' DIGESTS (several algorithms one below the other), Fedora's CHECKSUM (BSD's form), Tor, Tails. It has no
 * header, so what was built is read from the names of the files: they are signed, a path is not. As with `sha256sum -c`, a
 * line that cannot be read is left out and said so, not the list; but what is mostly other text is no list.
 */
export const checksums: Dialect = { name: 'checksums', envelope: 'openpgp', detached: true, read }

function read(text: string): Buildinfo {
  const { sums, read: readable, problems } = linesOf(text)
  const [problem] = problems
  if (problem !== undefined && problems.length > readable)
    throw syntaxError(problem.line, problem.problem)
  const { artifacts, leftOut } = filesOf(sums)
  const [unusable] = leftOut
  if (artifacts.length === 0 && unusable !== undefined)
    throw new MalformedError('BUILDINFO_SYNTAX', `No file is left in it. ${unusable.detail}`)
  if (artifacts.length === 0)
    throw missingField('checksum', 'Write the output of sha256sum, one file a line.')
  const sources = sourcesOf(artifacts)
  const [first] = sources
  if (first === undefined)
    throw invalidField('name', 'must have the product and its version, like tool-1.0-linux.tar.gz')
  const said = shownOf([...leftOut, ...problems.map(unreadable)])
  return {
    dialect: 'checksums',
    sources: [first, ...sources.slice(1)],
    artifacts,
    stem: `${first.product}-${first.version}`,
    hasDate: false,
    ...(said.length > 0 && { leftOut: said }),
  }
}

interface Problem {
  /** From 1. */
  readonly line: number
  /** The end of the sentence "Line N …". */
  readonly problem: string
}

function linesOf(text: string): {
  readonly sums: readonly ListedSum[]
  /** Lines with a checksum, also of an algorithm that is not known here. */
  readonly read: number
  readonly problems: readonly Problem[]
} {
  const lines = text.split('\n', MAX_LINES + 1)
  if (lines.length > MAX_LINES) throw syntaxError(MAX_LINES + 1, 'is one too many')
  const sums: ListedSum[] = []
  const problems: Problem[] = []
  let count = 0
  let heading: Algorithm | null | undefined
  for (const [at, line] of lines.entries()) {
    const found = readChecksumLine(line, heading)
    if (found.kind === 'heading') heading = found.algorithm ?? null
    else if (found.kind === 'other') problems.push({ line: at + 1, problem: found.problem })
    else if (found.kind === 'sum') {
      count += 1
      const { algorithm, hex, path } = found
      if (algorithm !== undefined) sums.push({ path, algorithm, hex })
    }
  }
  return { sums, read: count, problems }
}

function unreadable({ line, problem }: Problem): Omission {
  const detail = `Line ${line} of the signed text is left out: it ${problem}.`
  return { name: null, code: 'LINE_UNREADABLE', detail }
}

/** Most files first, then by name: the first one names the certification. */
function sourcesOf(artifacts: readonly Artifact[]): readonly ProductSource[] {
  const found = new Map<string, { readonly source: ProductSource; count: number }>()
  for (const { name } of artifacts) {
    const named = readProductName(name)
    if (named === undefined) continue
    const { product, version } = named
    const key = `${product}/${version}`
    const there = found.get(key)
    if (there === undefined)
      found.set(key, { source: { ecosystem: 'product', product, version }, count: 1 })
    else there.count += 1
  }
  return [...found]
    .toSorted(([one, a], [other, b]) => b.count - a.count || (one < other ? -1 : 1))
    .map(([, { source }]) => source)
}
