/** Longer words are never typing errors of a name of ours, and the table below is quadratic. */
const MAX_LENGTH = 40

/** Edit distance (insert, delete, replace, swap neighbours each cost 1). */
function distance(left: string, right: string): number {
  let before: number[] = []
  let above = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = left[row - 1] === right[column - 1] ? 0 : 1
      let cost = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + replaced,
      )
      if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        cost = Math.min(cost, (before[column - 2] ?? Infinity) + 1)
      current.push(cost)
    }
    before = above
    above = current
  }
  return above[right.length] ?? 0
}

/** The name that somebody most likely meant, or `undefined` if none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined
  const allowed = word.length < 5 ? 1 : 2
  let best: { readonly name: string; readonly cost: number } | undefined
  for (const name of names) {
    const prefix = word.length > 2 && name.startsWith(word)
    const cost = prefix ? 1 : distance(word.toLowerCase(), name.toLowerCase())
    if (cost <= allowed && (best === undefined || cost < best.cost)) best = { name, cost }
  }
  return best?.name
}

/** `; did you mean "x"?`, or nothing, to stand at the end of a sentence. */
export function didYouMean(word: string, names: readonly string[]): string {
  const name = nearest(word, names)
  return name === undefined ? '' : `; did you mean "${name}"?`
}
