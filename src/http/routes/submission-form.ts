import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { AdmissionError, MalformedError } from '../../base/errors.ts'
import { type FormPart, readFormParts } from '../transport/form-parts.ts'
import { MAX_BODY_BYTES } from '../transport/request-body.ts'

const NAMES = ['file', 'signature', 'key'] as const
type Name = (typeof NAMES)[number]

type Parts = Partial<Record<Name, Uint8Array>>

/** Each part as large as a body, and what stands around them. */
export const MAX_FORM_BYTES = NAMES.length * MAX_BODY_BYTES + 16 * 1024

const TOO_LARGE = 'A part of the form is larger than this node takes.'
const TOO_MANY = 'The form has more than three parts.'
const WRONG_PARTS =
  'A form has the parts file, signature and key, each at most once, sent as files (curl -F file=@FILE).'

/**
 * A submission out of `multipart/form-data`: `file`, and beside it `signature` and `key`, each at most once.
 * @throws MalformedError REQUEST_INVALID, BODY_EMPTY; AdmissionError TOO_LARGE
 */
export function readForm({ headers, body }: FastifyRequest): {
  bytes: Uint8Array
  signature?: Uint8Array
  keys?: Uint8Array
} {
  const isEmpty = !(body instanceof Uint8Array) || body.length === 0
  const { file, signature, key } = isEmpty ? {} : readParts(headers['content-type'] ?? '', body)
  if (file === undefined || file.length === 0)
    throw new MalformedError('BODY_EMPTY', 'The form has no part file.')
  return {
    bytes: file,
    ...(signature !== undefined && { signature }),
    ...(key !== undefined && { keys: key }),
  }
}

function readParts(type: string, body: Uint8Array): Parts {
  const parts: Parts = {}
  for (const part of partsOf(type, body)) {
    const name = NAMES.find((known) => known === part.name)
    if (part.bytes.length > MAX_BODY_BYTES) throw new AdmissionError('TOO_LARGE', TOO_LARGE)
    if (name === undefined || !isWhole(part) || parts[name] !== undefined)
      throw new MalformedError('REQUEST_INVALID', WRONG_PARTS)
    parts[name] = part.bytes
  }
  return parts
}

function partsOf(type: string, body: Uint8Array): readonly FormPart[] {
  let parts: readonly FormPart[] | undefined
  try {
    parts = readFormParts(type, body, NAMES.length)
  } catch (cause) {
    throw new MalformedError('REQUEST_INVALID', 'This is not multipart/form-data.', { cause })
  }
  if (parts === undefined) throw new AdmissionError('TOO_LARGE', TOO_MANY)
  return parts
}

/** A field is text: what was no UTF-8 before it was sent, or lost something on its way, is refused. */
const isWhole = ({ isFile, bytes }: FormPart): boolean =>
  isFile || (isUtf8(bytes) && !Buffer.from(bytes).includes('\ufffd'))
