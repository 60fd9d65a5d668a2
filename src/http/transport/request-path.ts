import { readPath } from '../../certification/path.ts'
import { MalformedError } from '../../base/errors.ts'

/** No path of ours is longer: 4 segments of at most 255 bytes, each escaped. */
const MAX_PATH_LENGTH = 4096

// Everything that somebody, somewhere, would decode into another path than we do: doubled slashes,
// backslashes, dot segments, escaped separators, control characters, bad escapes, raw non-ASCII bytes.
const SUSPECT =
  /[^!-~]|[\\#]|\/\/|%(?![\da-f]{2})|%(?:[01][\da-f]|2f|5c|7f)|\/(?:\.|%2e){1,2}(?:\/|$)/i

/** No segment holds a slash: where a path is a list of segments an escaped one, as OpenAPI's clients write it, can mean nothing else. */
const withSlashes = (path: string): string => path.replaceAll(/%2f/gi, '/')

/** The path of a request target as it came, before anybody decoded it. */
export function rawPathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * Refuses a request target that is not one plain absolute path.
 * @param route the pattern that fits, if one does: below `/*` stands a list of segments
 * @throws MalformedError PATH_INVALID
 */
export function requirePlainPath(url: string, route: string | undefined): void {
  const raw = rawPathOf(url)
  const path = route?.endsWith('/*') === true ? withSlashes(raw) : raw
  if (path.length > MAX_PATH_LENGTH)
    throw new MalformedError('PATH_INVALID', 'The path is too long.')
  if (path.charCodeAt(0) !== 0x2f || SUSPECT.test(path))
    throw new MalformedError(
      'PATH_INVALID',
      'Give one absolute path without empty or dot segments, backslashes, control characters or bad escapes.',
    )
}

/**
 * Decoded segments of what stands below the first `depth` segments of a request target; a trailing slash
 * does not matter.
 * @throws MalformedError PATH_INVALID
 */
export function segmentsBelow(url: string, depth: number): readonly string[] {
  const path = rawPathOf(url)
  let start = 0
  for (let passed = 0; passed <= depth; passed += 1) {
    start = path.indexOf('/', start) + 1
    if (start === 0) return []
  }
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return end <= start ? [] : readPath(withSlashes(path.slice(start, end)))
}
