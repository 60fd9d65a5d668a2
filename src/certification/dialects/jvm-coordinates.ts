import { invalidField, quoted } from './field-error.ts'

/** Dots, and segments that stay what they are when the dots become slashes. */
const GROUP = /^[A-Za-z0-9_+~-]+(?:\.[A-Za-z0-9_+~-]+)*$/

/** One path segment that is no dot file and no option. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._+~-]*$/

/**
 * Longest group, artifact or version, in characters; the longest of 120 real files has 70. Two of them and
 * 16 digits of an id still fit the 255 bytes of a file name.
 */
const MAX_LENGTH = 100

/** So that a group with dots as slashes leaves room in a path. */
const MAX_GROUP_DEPTH = 32

/** Can this be a groupId, whose dots become slashes in a path? */
export const isGroup = (text: string): boolean =>
  text.length <= MAX_LENGTH && GROUP.test(text) && text.split('.').length <= MAX_GROUP_DEPTH

/** Can this be an artifactId or a version, that is one path segment? */
export const isMavenSegment = (text: string): boolean =>
  text.length <= MAX_LENGTH && SEGMENT.test(text)

/** @throws MalformedError BUILDINFO_FIELD_INVALID */
export function readGroup(key: string, value: string): string {
  if (isGroup(value)) return value
  throw invalidField(key, `must be a groupId like org.example, not ${quoted(value)}`)
}

/** @throws MalformedError BUILDINFO_FIELD_INVALID */
export function readMavenSegment(key: string, value: string): string {
  if (isMavenSegment(value)) return value
  throw invalidField(key, `must be letters, digits and ._+~- only, not ${quoted(value)}`)
}

/**
 * `group:artifact`, as gradle's `name` and an aggregate's `coordinates` have it.
 * @throws MalformedError BUILDINFO_FIELD_INVALID
 */
export function readCoordinates(key: string, value: string): readonly [string, string] {
  const colon = value.indexOf(':')
  if (colon < 0) throw invalidField(key, `must be group:artifact, not ${quoted(value)}`)
  return [readGroup(key, value.slice(0, colon)), readMavenSegment(key, value.slice(colon + 1))]
}
