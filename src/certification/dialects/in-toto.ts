import {
  ALGORITHMS,
  type Algorithm,
  type Artifact,
  type Checksum,
  HEX_LENGTH,
} from '../artifacts/artifact.ts'
import type { ProductSource } from '../artifacts/source-identifier.ts'
import type { Buildinfo, Dialect } from './dialect.ts'
import { invalidField, missingField, quoted, syntaxError } from './field-error.ts'
import { filesOf, type ListedSum, shownOf } from './listed-files.ts'
import { readProductName } from './product-name.ts'

/** A rebuilderd link has one; a source package with all its binaries has some hundred. */
const MAX_PRODUCTS = 10_000

/**
 * An in-toto link as rebuilderd signs it for what it could reproduce (`worker/src/rebuild.rs`, in_toto_run): `name` is `rebuild FILE`,
 * `products` are the files that came out, with their checksums, called by their base names as rebuilderd's own clients do. What was built is read from the names of the products, which are
 * signed; `materials` (a `.buildinfo`, or the package itself) say what it was built after, and carry no agreement.
 */
export const inToto: Dialect = { name: 'in-toto', envelope: 'in-toto', detached: false, read }

function read(text: string): Buildinfo {
  const link = objectOf(parsed(text), 'signed')
  if (link['_type'] !== 'link') throw invalidField('_type', 'must be "link"')
  const step = link['name']
  if (typeof step !== 'string' || !step.startsWith(STEP))
    throw invalidField(
      'name',
      'must be "rebuild FILE": links of other steps say nothing of a rebuild',
    )
  const products = Object.entries(objectOf(link['products'], 'products'))
  if (products.length === 0) throw missingField('products', 'Name the files that were built.')
  if (products.length > MAX_PRODUCTS)
    throw invalidField('products', `has more than ${MAX_PRODUCTS} files`)
  const { artifacts, leftOut } = filesOf(products.flatMap(readProduct))
  const [unusable] = leftOut
  if (artifacts.length === 0 && unusable !== undefined)
    throw invalidField('products', `names no file. ${unusable.detail.slice(0, -1)}`)
  const named = readProductName(nameOf(step.slice(STEP.length), artifacts))
  if (named === undefined)
    throw invalidField('products', 'must have names with a version, like tool_1.0-1_amd64.deb')
  return {
    dialect: 'in-toto',
    sources: sourcesOf(named, artifacts),
    artifacts,
    stem: named.stem,
    hasDate: false,
    ...(leftOut.length > 0 && { leftOut: shownOf(leftOut) }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw syntaxError(1, 'is no JSON')
  }
}

const STEP = 'rebuild '

/** What the step names first, if that is a product; else the first product. */
function nameOf(step: string, artifacts: readonly Artifact[]): string {
  const [first] = artifacts
  const named = step.slice(step.lastIndexOf('/') + 1)
  return artifacts.find(({ name }) => name === named)?.name ?? first?.name ?? ''
}

function sourcesOf(first: ProductSource, artifacts: readonly Artifact[]): Buildinfo['sources'] {
  const others = new Map<string, ProductSource>()
  for (const { name } of artifacts) {
    const source = readProductName(name)
    if (source !== undefined) others.set(`${source.product}/${source.version}`, plain(source))
  }
  others.delete(`${first.product}/${first.version}`)
  return [plain(first), ...others.values()]
}

const plain = ({ product, version }: ProductSource): ProductSource => ({
  ecosystem: 'product',
  product,
  version,
})

/** Old rebuilderds name products by where they lay: `/tmp/rebuilderdXXXX/out/FILE`. */
function readProduct([path, value]: readonly [string, unknown]): readonly ListedSum[] {
  const checksums = Object.entries(objectOf(value, `products of ${quoted(path)}`)).flatMap(
    ([algorithm, hex]) => readChecksum(algorithm, hex) ?? [],
  )
  if (checksums.length === 0)
    throw missingField('products', `Give a SHA-256 or SHA-512 of ${quoted(path)}.`)
  return checksums.map((checksum) => ({ path, ...checksum }))
}

/** Undefined for an algorithm that is not known here. */
function readChecksum(name: string, hex: unknown): Checksum | undefined {
  const algorithm = ALGORITHMS.find((one) => one === name)
  if (algorithm === undefined) return undefined
  if (typeof hex !== 'string' || !isHex(hex, algorithm))
    throw invalidField('products', `has no ${algorithm} in hex`)
  return { algorithm, hex: hex.toLowerCase() }
}

const isHex = (hex: string, algorithm: Algorithm): boolean =>
  hex.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/i.test(hex)

function objectOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidField(field, 'must be an object')
  return { ...value }
}
