/* A node that is asked and not trusted: what it answers is bounded, checked for its form, and verified by who asks. */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { NetworkError } from '../errors.ts'
import { noAnswer } from '../no-answer.ts'
import type { Subject } from '../certification/verdict.ts'

const Hex64 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** In base64. What it says is computed anew from what is decoded, so no form has to be checked. */
const Base64 = Type.String()
export const LookedUpCertification = Type.Object({
  id: Hex64,
  collection: Type.String(),
  dialect: Type.String(),
  bytes: Base64,
  signature: Type.Union([Base64, Type.Null()]),
})
const LookedUp = Type.Object({
  answers: Type.Array(
    Type.Object({ certifications: Type.Array(Hex64), truncated: Type.Boolean() }),
  ),
  certifications: Type.Array(LookedUpCertification),
})
type LookedUp = Static<typeof LookedUp>
export type Found = Static<typeof LookedUpCertification>

export interface Source {
  /** Its address. */
  readonly node: string
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
const MAX_ANSWER = 64 * 1024 * 1024
const MAX_KEY = 1024 * 1024

/** @param patience for one answer, in milliseconds; as usual if absent */
export function openSource(address: string, patience: number = PATIENCE): Source {
  const base = { url: address.endsWith('/') ? address : `${address}/`, patience }
  return {
    node: address,
    async lookup(subjects, rebuilders) {
      const body = JSON.stringify({
        artifacts: subjects.map(({ name, checksums }) => ({ name, ...checksums })),
        rebuilders,
      })
      const { status, bytes } = await ask(base, 'artifacts/lookup', { body, limit: MAX_ANSWER })
      if (status !== 200) throw unexpected(`it answered ${status}`)
      const value = tryJson(bytes)
      if (!Value.Check(LookedUp, value)) throw unexpected('the answer has another form')
      if (value.answers.length !== subjects.length)
        throw unexpected('it answered another number of questions')
      return value
    },
    async keys(fingerprints) {
      const found = await Promise.all(fingerprints.map((one) => keyAt(base, one)))
      return found.filter((bytes) => bytes !== undefined)
    },
  }
}

async function keyAt(base: Asked, fingerprint: string): Promise<Uint8Array | undefined> {
  const { status, bytes } = await ask(base, `keys/${fingerprint}`, { limit: MAX_KEY })
  if (status === 404) return undefined
  if (status !== 200) throw unexpected(`it answered ${status}`)
  return bytes
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

function tryJson(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    return value
  } catch {
    return undefined
  }
}

/** Said of a node whose address whoever asks has. */
const unexpected = (reason: string): NetworkError =>
  new NetworkError('ANSWER_UNEXPECTED', `is no node that can be asked: ${reason}`)
