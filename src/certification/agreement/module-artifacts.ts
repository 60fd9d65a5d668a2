import type { Artifact } from '../artifacts/artifact.ts'
import type { SourceIdentifier } from '../artifacts/source-identifier.ts'

/** One module of a Maven build, as its path says. */
export interface Module {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

/** What a path below a Maven collection names, if it is long enough to name a version. */
export function moduleAt(segments: readonly string[]): Module | undefined {
  const [version, artifact, ...groups] = segments.toReversed()
  if (version === undefined || artifact === undefined || groups.length === 0) return undefined
  return { group: groups.toReversed().join('.'), artifact, version }
}

/**
 * The artifacts of one module among those of a build of several: its group's, whose names begin with its artifactId and
 * version (Maven's and Gradle's names do). All of them if the build is of one module, or of none of that name.
 */
export function artifactsOf(
  module: Module,
  {
    sources,
    artifacts,
  }: {
    readonly sources: readonly SourceIdentifier[]
    readonly artifacts: readonly Artifact[]
  },
): readonly Artifact[] {
  if (sources.length < 2 || !sources.some((one) => isModule(one, module))) return artifacts
  const stem = `${module.artifact}-${module.version}`
  return artifacts.filter(
    ({ name, group }) =>
      group === module.group &&
      name.startsWith(stem) &&
      ['.', '-'].includes(name.charAt(stem.length)),
  )
}

const isModule = (source: SourceIdentifier, { group, artifact, version }: Module): boolean =>
  source.ecosystem === 'maven' &&
  source.group === group &&
  source.artifact === artifact &&
  (source.version === undefined || source.version === version)
