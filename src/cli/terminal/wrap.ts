/* Texts -> what a terminal of 80 columns shows without breaking lines itself. */

export const COLUMNS = 80
/** Where descriptions of options stand. */
const DESCRIPTION = 32
const OPTION = /^( {2}\S.*?\S? {2,})(\S.*)$/

/** What one line of the result, or several, are made of. */
interface Block {
  readonly first: string
  /** How far the other lines are indented. */
  readonly hanging: number
  words: string
}

/**
 * Fills paragraphs (lines that are not indented) and descriptions of options (behind two blanks, and lines indented as far as
 * those are); every other line, an example, stays as it is.
 */
export function wrapHelp(text: string): string {
  const blocks: Block[] = []
  let open: Block | undefined
  for (const line of text.split('\n')) {
    const isMore = /^ {32}\S/.test(line) || (/^\S/.test(line) && open?.hanging === 0)
    if (isMore && open !== undefined) {
      open.words = `${open.words} ${line.trim()}`.trim()
      continue
    }
    open = blockOf(line)
    blocks.push(open)
  }
  return blocks.map(filled).join('\n')
}

function blockOf(line: string): Block {
  const option = OPTION.exec(line)
  if (option !== null) {
    const [, first = '', words = ''] = option
    return { first, hanging: first.length, words }
  }
  if (/^\S/.test(line)) return { first: '', hanging: 0, words: line }
  return { first: line.padEnd(line === '' ? 0 : DESCRIPTION), hanging: DESCRIPTION, words: '' }
}

function filled({ first, hanging, words }: Block): string {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  // at least two blanks stand before a description
  if (/\S ?$/.test(first)) {
    lines.push(first.trimEnd())
    line = ' '.repeat(hanging)
  }
  // an option's name at the beginning of a line looks like its description
  for (const word of words.split(/ +(?!-)/)) {
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = ' '.repeat(hanging)
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n').trimEnd()
}

/** Lines that all are indented so far. */
export const wrapAt = (indentation: number, text: string): string =>
  filled({ first: ' '.repeat(indentation), hanging: indentation, words: text })

/** One line that may go on below, indented by four. */
export const wrapUsage = (text: string): string =>
  filled({ first: '', hanging: 4, words: text }).trimStart()
