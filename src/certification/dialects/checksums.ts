import type { Artifact, Checksum } from '../artifact.ts'
import { bareNameProblem } from '../segment.ts'
import type { ProductSource } from '../source-identifier.ts'
import type { Buildinfo, Dialect } from './dialect.ts'
import { invalidField, missingField, quoted, syntaxError } from './field-error.ts'
import { readProductName } from './product-name.ts'

/** Bitcoin Core's largest has 60. */
const MAX_LINES = 10_000

/**
 * The output of sha256sum or sha512sum with a detached signature, or clearsigned: `SHA256SUMS` of Bitcoin Core's guix.sigs,
 * Tor, Tails. It has no header, so what was built is read from the names of the files: they are signed, a path is not.
 */
export const checksums: Dialect = { name: 'checksums', envelope: 'openpgp', detached: true, read }

function read(text: string): Buildinfo {
  const artifacts = new Map<string, Artifact>()
  const lines = text.split('\n')
  if (lines.length > MAX_LINES) throw syntaxError(MAX_LINES + 1, 'is one too many')
  for (const [at, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue
    const { name, checksum } = readLine(line, at + 1)
    const there = artifacts.get(name)
    if (there?.checksums.some(({ algorithm }) => algorithm === checksum.algorithm) === true)
      throw syntaxError(at + 1, `names ${quoted(name)} a second time`)
    artifacts.set(name, { name, checksums: [...(there?.checksums ?? []), checksum] })
  }
  const sources = sourcesOf([...artifacts.keys()])
  const [first] = sources
  if (first === undefined)
    throw artifacts.size === 0
      ? missingField('checksum', 'Write the output of sha256sum, one file a line.')
      : invalidField('name', 'must have the product and its version, like tool-1.0-linux.tar.gz')
  return {
    dialect: 'checksums',
    sources: [first, ...sources.slice(1)],
    artifacts: [...artifacts.values()],
    stem: `${first.product}-${first.version}`,
    hasDate: false,
  }
}

/** `hex`, a blank, a blank or an asterisk (coreutils: text or binary), the name; directories before it are not evidence. */
function readLine(
  line: string,
  number: number,
): { readonly name: string; readonly checksum: Checksum } {
  const parts = /^([0-9a-f]{64}|[0-9a-f]{128}) [ *](?:\.\/)?(.+)$/i.exec(line)
  if (parts === null) throw syntaxError(number, 'is no line of sha256sum or sha512sum')
  const [, hex = '', name = ''] = parts
  const problem = bareNameProblem(name)
  if (problem !== undefined) throw syntaxError(number, `has a name that ${problem}`)
  const algorithm = hex.length === 64 ? 'sha256' : 'sha512'
  return { name, checksum: { algorithm, hex: hex.toLowerCase() } }
}

/** Most files first, then by name: the first one names the certification. */
function sourcesOf(names: readonly string[]): readonly ProductSource[] {
  const found = new Map<string, { readonly source: ProductSource; count: number }>()
  for (const name of names) {
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
