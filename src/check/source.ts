/* A node that is asked and not trusted: what it answers is bounded, checked for its form, and verified by who asks. */
import { type Answer, list, matching, object, orNull, text, truth } from '../client/answers.ts'
import { fileNamesOf } from '../certification/artifact-name.ts'
import { NetworkError } from '../base/errors.ts'
import { noAnswer } from '../client/no-answer.ts'
import type { Subject } from '../certification/agreement/verdict.ts'

export interface Found {
  readonly id: string
  readonly collection: string
  readonly dialect: string
  /** In base64. What it says is computed anew from what is decoded, so no form has to be checked. */
  readonly bytes: string
  /** In base64. */
  readonly signature: string | null
}
interface LookedUp {
  readonly answers: readonly {
    readonly certifications: readonly string[]
    readonly truncated: boolean
  }[]
  readonly certifications: readonly Found[]
}

const id = matching(/^[0-9a-f]{64}$/)
// not by schemas: whoever checks a file would wait for these to be loaded
export const found: Answer<Found> = object<Found>({
  id,
  collection: text,
  dialect: text,
  bytes: text,
  signature: orNull(text),
})
const lookedUp: Answer<LookedUp> = object<LookedUp>({
  answers: list(object({ certifications: list(id), truncated: truth })),
  certifications: list(found),
})

export interface Source {
  /** Its address. */
  readonly node: string
  /** ISO 8601, of a bundle. */
  readonly madeAt?: string
  /**
   * What these rebuilders certified about each subject, in its order; every certification once.
   * @throws NetworkError NODE_UNREACHABLE, TIMED_OUT, ANSWER_UNEXPECTED
   */
  readonly lookup: (
    subjects: readonly Subject[],
    rebuilders: readonly string[],
  ) => Promise<LookedUp>
  /** Those of these fingerprints that it has, armored or binary. */
  readonly keys: (fingerprints: readonly string[]) => Promise<readonly Uint8Array[]>
}

/** Subjects in one question: as many as a node takes. */
export const MOST_SUBJECTS = 128
/** From the first byte sent to the last one received, in milliseconds: a drip does not count as an answer. */
const PATIENCE = 30_000
/** A node gives no more than 16 MiB of certifications, in base64. */
const MAX_ANSWER = 20 * 1024 * 1024
/** Objects and lists in one answer: of more the parser makes gigabytes, while no other node's answer is read. */
const MOST_VALUES = 200_000
const MAX_KEY = 1024 * 1024
const [BRACE, BRACKET] = [0x7b, 0x5b]

/** @param patience for one answer, in milliseconds; as usual if absent */
export function openSource(address: string, patience: number = PATIENCE): Source {
  const base = { url: address.endsWith('/') ? address : `${address}/`, patience }
  return {
    node: address,
    async lookup(subjects, rebuilders) {
      const body = JSON.stringify({
        artifacts: subjects.map(questionOf),
        rebuilders,
      })
      const { status, bytes } = await ask(base, 'artifacts/lookup', { body, limit: MAX_ANSWER })
      if (status !== 200) throw unexpected(`it answered ${status}`)
      const value = formOf(tryJson(bytes))
      if (value.answers.length !== subjects.length)
        throw unexpected('it answered another number of questions')
      return value
    },
    async keys(fingerprints) {
      const given = await Promise.all(fingerprints.map((one) => keyAt(base, one)))
      return given.filter((bytes) => bytes !== undefined)
    },
  }
}

async function keyAt(base: Asked, fingerprint: string): Promise<Uint8Array | undefined> {
  const { status, bytes } = await ask(base, `keys/${fingerprint}`, { limit: MAX_KEY })
  // whatever keeps it from giving that one: another node may have it, and its certifications are worth no less
  return status === 200 ? bytes : undefined
}

interface Asked {
  readonly url: string
  readonly patience: number
}

async function ask(
  { url, patience }: Asked,
  path: string,
  { body, limit }: { readonly body?: string; readonly limit: number },
): Promise<{ readonly status: number; readonly bytes: Uint8Array }> {
  const signal = AbortSignal.timeout(patience)
  try {
    const response = await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      // who asks named this node, and no other
      redirect: 'error',
      signal,
      ...(body !== undefined && { body }),
    })
    const pieces: Uint8Array[] = []
    let size = 0
    const stream: AsyncIterable<Uint8Array> | null = response.body
    for await (const piece of stream ?? []) {
      size += piece.byteLength
      if (size > limit) throw unexpected('its answer has no end')
      pieces.push(piece)
    }
    return { status: response.status, bytes: Buffer.concat(pieces) }
  } catch (error) {
    if (error instanceof NetworkError) throw error
    if (signal.aborted)
      throw new NetworkError('TIMED_OUT', `did not answer within ${patience / 1000} s`, {
        cause: error,
      })
    throw new NetworkError('NODE_UNREACHABLE', `does not answer: ${noAnswer(error, url)}`, {
      cause: error,
    })
  }
}

/** By its checksum alone, where its name could not be asked for. */
function questionOf({ name, checksums }: Subject): Readonly<Record<string, string>> {
  try {
    fileNamesOf(name)
    return { name, ...checksums }
  } catch {
    return { ...checksums, name: checksums.sha256 ?? checksums.sha512 ?? '' }
  }
}

/** Nothing of what was not asked for, however deep it is. */
function formOf(value: unknown): LookedUp {
  try {
    return lookedUp(value, 'it')
  } catch (cause) {
    throw unexpected('the answer has another form', cause)
  }
}

function tryJson(bytes: Uint8Array): unknown {
  let values = 0
  for (const octet of bytes) if (octet === BRACE || octet === BRACKET) values += 1
  if (values > MOST_VALUES) throw unexpected('its answer is not what was asked for')
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    return value
  } catch {
    return undefined
  }
}

/** Said of a node whose address whoever asks has. */
const unexpected = (reason: string, cause?: unknown): NetworkError =>
  new NetworkError('ANSWER_UNEXPECTED', `is no node that can be asked: ${reason}`, { cause })
