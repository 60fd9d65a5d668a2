import { MalformedError } from '../../base/errors.ts'

const SHOWN = 80

/** Untrusted text for a message: quoted, cut, and what cannot be seen or turns the writing direction escaped. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
  return shown.replace(/\p{C}/gu, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`)
}

export const missingField = (field: string, advice: string): MalformedError =>
  new MalformedError('BUILDINFO_FIELD_MISSING', `The field ${field} is missing. ${advice}`)

/** `problem` is the end of the sentence "The field X …". */
export const invalidField = (field: string, problem: string): MalformedError =>
  new MalformedError('BUILDINFO_FIELD_INVALID', `The field ${field} ${problem}.`)

/** `line` counts from 1, `problem` is the end of the sentence "Line N …". */
export const syntaxError = (line: number, problem: string): MalformedError =>
  new MalformedError('BUILDINFO_SYNTAX', `Line ${line} of the signed text ${problem}.`)
