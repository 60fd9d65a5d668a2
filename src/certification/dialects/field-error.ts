import { MalformedError } from '../../errors.ts'

const SHOWN = 80

/** Untrusted text for a message: quoted, escaped, cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}

export function missingField(field: string, advice: string): MalformedError {
  return new MalformedError('BUILDINFO_FIELD_MISSING', `The field ${field} is missing. ${advice}`)
}

/** `problem` is the end of the sentence "The field X …". */
export function invalidField(field: string, problem: string): MalformedError {
  return new MalformedError('BUILDINFO_FIELD_INVALID', `The field ${field} ${problem}.`)
}

/** `line` counts from 1, `problem` is the end of the sentence "Line N …". */
export function syntaxError(line: number, problem: string): MalformedError {
  return new MalformedError('BUILDINFO_SYNTAX', `Line ${line} of the signed text ${problem}.`)
}
