/**
 * Reads a query string. `+` is literal, as in paths: versions and file names hold it. A repeated name becomes a
 * list, which every schema refuses. Never throws, since the router calls it: what cannot be decoded comes under
 * the name `%`, which no schema knows.
 */
export function readQueryString(text: string): Record<string, string | string[]> {
  if (text === '') return {}
  const query = new Map<string, string | string[]>()
  for (const part of text.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decode(equals === -1 ? part : part.slice(0, equals))
    const value = decode(equals === -1 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined) query.set('%', '')
    else query.set(name, query.has(name) ? ['repeated', 'repeated'] : value)
  }
  return Object.fromEntries(query) // also `__proto__` becomes a property like any other
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
