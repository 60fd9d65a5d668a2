import type { FastifyRequest } from 'fastify'
import { AdmissionError, MalformedError } from '../../base/errors.ts'

const NAMES = ['file', 'signature', 'key'] as const
type Name = (typeof NAMES)[number]

type Parts = Partial<Record<Name, Uint8Array>>

const TOO_LARGE = 'A part of the form is larger than this node takes.'
const WRONG_PARTS =
  'A form has the parts file, signature and key, each at most once, sent as files (curl -F file=@FILE).'

/**
 * A submission out of `multipart/form-data`: `file`, and beside it `signature` and `key`, each at most once.
 * @throws MalformedError REQUEST_INVALID, BODY_EMPTY; AdmissionError TOO_LARGE
 */
export async function readForm(
  request: FastifyRequest,
): Promise<{ bytes: Uint8Array; signature?: Uint8Array; keys?: Uint8Array }> {
  const { file, signature, key } = await readParts(request)
  if (file === undefined || file.length === 0) {
    throw new MalformedError('BODY_EMPTY', 'The form has no part file.')
  }
  return {
    bytes: file,
    ...(signature !== undefined && { signature }),
    ...(key !== undefined && { keys: key }),
  }
}

async function readParts(request: FastifyRequest): Promise<Parts> {
  const parts: Parts = {}
  let refusal: Error | undefined
  try {
    // Every part is read to its end, also after a refusal: the parser waits for that.
    for await (const part of request.parts()) {
      const bytes = part.type === 'file' ? await part.toBuffer() : textBytes(part.value)
      const truncated = part.type === 'file' ? part.file.truncated : part.valueTruncated
      const name = NAMES.find((known) => known === part.fieldname)
      if (truncated) refusal ??= new AdmissionError('TOO_LARGE', TOO_LARGE)
      else if (name === undefined || bytes === undefined || parts[name] !== undefined) {
        refusal ??= new MalformedError('REQUEST_INVALID', WRONG_PARTS)
      } else parts[name] = bytes
    }
  } catch (error) {
    // The parser's own errors have no status; those of its limits have.
    if (error instanceof Error && 'statusCode' in error) throw error
    throw new MalformedError('REQUEST_INVALID', 'This is not multipart/form-data.', {
      cause: error,
    })
  }
  if (refusal !== undefined) throw refusal
  return parts
}

/** A field is text that was decoded already: what did not survive that is refused. */
function textBytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.includes('\ufffd')) return undefined
  return Buffer.from(value)
}
