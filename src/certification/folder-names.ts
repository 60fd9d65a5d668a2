import type { Certification } from './certification.ts'
import type { SourceIdentifier } from './artifacts/source-identifier.ts'

/** A folder below a collection, and what people call it. */
export interface FolderName {
  /**
   * `source`: what was built, by its own name; `package`: by the name of a package that came of it; `group`: a folder of
   * sources.
   */
  readonly kind: 'source' | 'package' | 'group'
  readonly name: string
  /** Decoded segments below the collection. */
  readonly folder: readonly string[]
}

export interface NamedFolder extends FolderName {
  readonly collection: string
}

const PACKAGE = /^([a-z0-9][a-z0-9+.-]*)_[^_]+_[^_]+\.(?:u?deb|ddeb)$/
/** Debug symbols are named as what they belong to. */
const SYMBOLS = '-dbgsym'

/** Every name by which the folders of a certification can be asked for, each once. */
export function folderNames({ buildinfo }: Certification): readonly FolderName[] {
  const { sources, artifacts } = buildinfo
  const all = sources.flatMap(namesOf)
  const [first] = sources
  if (first.ecosystem === 'debian') {
    const packages = artifacts.flatMap(({ name }) => PACKAGE.exec(name)?.[1] ?? [])
    for (const name of packages)
      if (name !== first.source && !name.endsWith(SYMBOLS))
        all.push({ kind: 'package', name, folder: [first.source] })
  }
  // a submitter's name places the whole document, nearly always under the first of its modules
  if (first.ecosystem === 'maven' && first.version === undefined)
    for (const { name } of sources.slice(1).flatMap(moduleOf))
      all.push({ kind: 'package', name, folder: [...first.group.split('.'), first.artifact] })
  return [...new Map(all.map((one) => [keyOf(one), one])).values()]
}

const moduleOf = (source: SourceIdentifier) =>
  source.ecosystem === 'maven' ? [{ name: source.artifact }] : []

const keyOf = ({ kind, name, folder }: FolderName): string => [kind, name, ...folder].join('/')

function namesOf(source: SourceIdentifier): FolderName[] {
  if (source.ecosystem === 'debian')
    return [{ kind: 'source', name: source.source, folder: [source.source] }]
  if (source.ecosystem === 'product')
    return [{ kind: 'source', name: source.product, folder: [source.product] }]
  const groups = source.group.split('.')
  return [
    { kind: 'source', name: source.artifact, folder: [...groups, source.artifact] },
    ...groups.map((name, at) => ({
      kind: 'group' as const,
      name,
      folder: groups.slice(0, at + 1),
    })),
  ]
}
