/*
 * What the folders of a build's cache say that a file is. A build takes a file from there by its path alone, so the path says
 * what the file will be used as, whatever the file says of itself.
 */
import { basename, resolve, sep } from 'node:path'
import { isGroup } from '../certification/dialects/jvm-coordinates.ts'
import type { ArtifactName } from '../certification/artifact-name.ts'
import { coordinatesOf } from './maven-file.ts'

export interface CacheName {
  /** `group:artifact:version[:classifier][@type]`; `undefined` where the folders leave open at which of them the group begins. */
  readonly coordinates: string | undefined
  /** All that the folders may say. */
  readonly names: readonly ArtifactName[]
}

/** Below these a group begins: Maven's own repository, and a copy of Central, as Coursier has it by its address. */
const ROOTS = ['/.m2/repository/', '/maven2/'] as const
/** What stands in a file's name for SNAPSHOT when it came from elsewhere: `20260102.030405-6`. */
const SNAPSHOT = /-SNAPSHOT$/
const TIMESTAMP = /^-\d{8}\.\d{6}-\d+/
const SHA1 = /^[0-9a-f]{1,40}$/
const FILES = /^files-\d+\.\d+$/

/**
 * Of `group/as/folders/artifact/version/artifact-version[-classifier].type` (Maven's local repository) and of
 * `modules-2/files-2.1/group/artifact/version/sha1/file` (Gradle's cache).
 * @returns `undefined` of any other path
 */
export function cacheNameOf(path: string): CacheName | undefined {
  const whole = resolve(path).split(sep).join('/')
  return gradleName(whole) ?? mavenName(whole)
}

/** Does Gradle make what is there out of other files, with other bytes? */
export const isMadeByGradle = (path: string): boolean =>
  /\/caches\/(?:(?:jars|transforms|build-cache)-\d+|\d+\.\d[^/]*)\//.test(
    resolve(path).split(sep).join('/'),
  )

function gradleName(path: string): CacheName | undefined {
  const [files = '', group = '', artifact = '', version = '', sha1 = '', base = ''] = path
    .split('/')
    .slice(-6)
  if (!FILES.test(files) || !SHA1.test(sha1) || !isGroup(group)) return undefined
  // a module may name its files as it likes
  const coordinates = coordinatesOf(base, { group, artifact, version })
  return { coordinates, names: [{ name: base, group }] }
}

function mavenName(path: string): CacheName | undefined {
  const root = ROOTS.find((one) => path.includes(one))
  const below = root === undefined ? path : path.slice(path.lastIndexOf(root) + root.length)
  const folders = below.split('/').filter((segment) => segment !== '')
  const [artifact = '', folder = '', base = ''] = folders.splice(-3)
  const version = versionIn(base, { artifact, folder })
  const fits = (group: string): string | undefined =>
    coordinatesOf(base, { group, artifact, version })
  const group = folders.join('.')
  const coordinates = root === undefined ? undefined : fits(group)
  if (coordinates !== undefined) return { coordinates, names: [{ name: base, group }] }
  const groups = root === undefined ? groupsOf(folders).filter(fits) : []
  if (groups.length === 0) return undefined
  const name = basename(path)
  // it may be no file of Maven's at all: so it is called what it is called, too
  return { coordinates, names: [{ name }, ...groups.map((one) => ({ name, group: one }))] }
}

/** Of a snapshot the file may have the time for what the folder has. */
function versionIn(
  base: string,
  { artifact, folder }: { readonly artifact: string; readonly folder: string },
): string {
  const stem = folder.replace(SNAPSHOT, '')
  const [time] = TIMESTAMP.exec(base.slice(artifact.length + 1 + stem.length)) ?? []
  return time === undefined || stem === folder ? folder : `${stem}${time}`
}

/** Every reading from the right, the shortest first; a group's folders have no dots. */
function groupsOf(folders: readonly string[]): readonly string[] {
  const dotted = folders.findLastIndex((folder) => folder.includes('.'))
  const plain = folders.slice(dotted + 1)
  return plain.map((_, at) => plain.slice(plain.length - 1 - at).join('.')).filter(isGroup)
}
