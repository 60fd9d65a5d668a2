import { printable } from './printable.ts'

/** Columns under a heading, aligned, made harmless for a terminal. Rows have as many cells as the heading. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows].map((row) => row.map(printable))
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => width(line[column] ?? ''))),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** Does a terminal of so many columns show it without breaking its lines? */
export const fits = (text: string, columns: number): boolean =>
  text.split('\n').every((line) => width(line) <= columns)

/** In columns of a terminal: East Asian wide signs take two, combining marks none. */
function width(text: string): number {
  let columns = 0
  for (const sign of text) {
    if (/\p{M}/u.test(sign)) continue
    columns +=
      /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u.test(
        sign,
      )
        ? 2
        : 1
  }
  return columns
}

/** Cut where it would be wider than `columns`; plain already. */
export function shortened(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const sign of text) {
    used += width(sign)
    if (used > columns) break
    kept += sign
  }
  return `${kept}…`
}

/** The first digits of a checksum or an id: enough for people to tell them apart. */
export const shortHex = (hex: string): string => (hex.length > 16 ? `${hex.slice(0, 16)}…` : hex)
