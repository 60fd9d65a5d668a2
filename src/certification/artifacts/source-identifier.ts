export interface DebianSource {
  readonly ecosystem: 'debian'
  /** `Source` without its bracket. */
  readonly source: string
  /** `Version` as the field says, epoch included, also for a binNMU. */
  readonly version: string
  /** `Architecture`, words sorted and joined by one blank. */
  readonly architecture: string
  /** What stands in the bracket of `Source` (a binNMU), else the same as `version`. */
  readonly sourceVersion: string
}

export interface MavenSource {
  readonly ecosystem: 'maven'
  readonly group: string
  readonly artifact: string
  /** Gradle's files have none; then only an alias can place them. */
  readonly version?: string
}

/** As the names of its files say. */
export interface ProductSource {
  readonly ecosystem: 'product'
  readonly product: string
  readonly version: string
}

/** What was built. */
export type SourceIdentifier = DebianSource | MavenSource | ProductSource

/**
 * The decoded path segments below its collection: Debian's source, version and architecture; Maven's
 * group by its dots, artifact and version; of checksums product and version. Undefined for Maven without a version: only an alias places it.
 */
export function toSegments(source: SourceIdentifier): readonly string[] | undefined {
  if (source.ecosystem === 'debian') return [source.source, source.version, source.architecture]
  if (source.ecosystem === 'product') return [source.product, source.version]
  const { group, artifact, version } = source
  return version === undefined ? undefined : [...group.split('.'), artifact, version]
}

/** Where it is compared with others, below its collection: builds of every architecture of a Debian version meet. */
export function comparedSegments(source: SourceIdentifier): readonly string[] | undefined {
  const segments = toSegments(source)
  return source.ecosystem === 'debian' ? segments?.slice(0, 2) : segments
}

/** The architectures that it was built for, sorted, each once; none where the dialect has none. */
export function architecturesOf(source: SourceIdentifier): readonly string[] {
  return source.ecosystem === 'debian' ? [...new Set(source.architecture.split(' '))] : []
}

/** For people: `hello 2.10-3 (amd64 source)`, `org.example:tool:1.0`. */
export function formatSource(source: SourceIdentifier): string {
  if (source.ecosystem === 'debian')
    return `${source.source} ${source.version} (${source.architecture})`
  if (source.ecosystem === 'product') return `${source.product} ${source.version}`
  const { group, artifact, version } = source
  return [group, artifact, ...(version === undefined ? [] : [version])].join(':')
}

/** Its version; of a binNMU also that of its source. */
export function versionsOf(source: SourceIdentifier): readonly string[] {
  if (source.ecosystem === 'debian') return [source.version, source.sourceVersion]
  return source.version === undefined ? [] : [source.version]
}
