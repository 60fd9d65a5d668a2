/* What a node calls itself, for people. Nothing proves it: two nodes may say the same, so it never stands alone for a node. */

const MOST_CHARACTERS = 64
/** Controls, what turns the direction of writing, and what begins a line. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u

/** Why a text can be no name of a node, as the end of a sentence; `undefined`: it can. */
export function nodeNameTrouble(text: string): string | undefined {
  if (text.trim() === '' || text !== text.trim())
    return 'must be neither empty nor begin or end with a space'
  if (Array.from(text).length > MOST_CHARACTERS)
    return `must have ${MOST_CHARACTERS} characters at most`
  return UNPRINTABLE.test(text) ? 'must have no control characters' : undefined
}
