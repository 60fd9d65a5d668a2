/**
 * Controls, line and paragraph separators, invisible format signs (those that reorder text among them),
 * half surrogates: what others wrote must not move the cursor, ring, recolour or rearrange a terminal.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text of unknown origin as one harmless line; what is not shown is written as `\u001b`. */
export const printable = (text: string): string => text.replace(UNSAFE, escape)

/** One line of JSON, harmless on a terminal and the same value when it is parsed. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSAFE, escape)

function escape(sign: string): string {
  return sign
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
