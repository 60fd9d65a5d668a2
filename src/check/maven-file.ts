import type { Module } from '../certification/agreement/module-artifacts.ts'
import { isGroup, isMavenSegment } from '../certification/dialects/jvm-coordinates.ts'

/**
 * How a file of this module is asked for: `group:artifact:version[:classifier][@type]`.
 * @param base name of the file
 * @returns `undefined` unless it is `artifact-version[-classifier].type`
 */
export function coordinatesOf(
  base: string,
  { group, artifact, version }: Module,
): string | undefined {
  const stem = `${artifact}-${version}`
  if (!base.startsWith(stem) || !isGroup(group)) return undefined
  const [, classifier, type = ''] = /^(?:-(.+))?\.([^.]+)$/.exec(base.slice(stem.length)) ?? []
  const segments = [artifact, version, ...(classifier === undefined ? [] : [classifier])]
  if (![...segments, type].every(isMavenSegment)) return undefined
  return `${group}:${segments.join(':')}${type === 'jar' ? '' : `@${type}`}`
}
