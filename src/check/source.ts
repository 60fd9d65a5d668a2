/* A node that is asked and not trusted: what it answers is bounded, checked for its form, and verified by who asks. */
import { answerOf } from '../client/answers.ts'
import { LookedUpBody } from '../contract/lookup-answer.ts'
import { fileNamesOf } from '../certification/artifact-name.ts'
import { NetworkError } from '../base/errors.ts'
import { type Door, exchange } from '../client/exchange.ts'
import { httpDoor, noAnswer, readBaseUrl } from '../client/http-door.ts'
import type { Subject } from '../certification/agreement/verdict.ts'

const readLookedUp = answerOf(LookedUpBody)
type Answered = ReturnType<typeof readLookedUp>

/** Of whom something is wanted. */
export interface Whom {
  /** Fingerprints, upper-case hex. */
  readonly rebuilders: readonly string[]
  /** Peer ids: what they said last of their feeds. */
  readonly owners: readonly string[]
}

export interface Source {
  /** Its address. */
  readonly node: string
  /** ISO 8601, of a bundle. */
  readonly madeAt?: string
  /**
   * What these rebuilders certified about each subject, in its order; every certification once.
   * @throws NetworkError NODE_UNREACHABLE, TIMED_OUT, ANSWER_UNEXPECTED
   */
  readonly lookup: (subjects: readonly Subject[], whom: Whom) => Promise<Answered>
  /** Those of these fingerprints that it has, armored or binary. */
  readonly keys: (fingerprints: readonly string[]) => Promise<readonly Uint8Array[]>
}

/** Subjects in one question: as many as a node takes. */
export const MOST_SUBJECTS = 128
/** For one answer, in milliseconds. */
const PATIENCE = 30_000
/** A node gives no more than 16 MiB of certifications, in base64. */
const MAX_ANSWER = 20 * 1024 * 1024
/** Objects and lists in one answer: of more the parser makes gigabytes, while no other node's answer is read. */
const MOST_VALUES = 200_000
const MAX_KEY = 1024 * 1024
const [BRACE, BRACKET] = [0x7b, 0x5b]

/**
 * A node that a check asks. Nothing is asked yet.
 * @param patience for one answer, in milliseconds; as usual if absent
 */
export function openSource(address: string, patience: number = PATIENCE): Source {
  const door = doorOf(address, patience)
  const ask = async (question: object) => {
    const body = JSON.stringify(question)
    const asked = { method: 'POST', path: 'artifacts/lookup', body } as const
    return exchange(door, { ...asked, ...ONCE, limit: MAX_ANSWER })
  }
  /** A node of before refuses a question that names owners; what it knows of rebuilders is worth no less. */
  let takesOwners = true
  return {
    node: address,
    async lookup(subjects, { rebuilders, owners }) {
      const question = { artifacts: subjects.map(questionOf), rebuilders }
      const isNaming = owners.length > 0 && takesOwners
      const first = await ask(isNaming ? { ...question, owners } : question)
      const isRefused = isNaming && first.status === 400
      if (isRefused) takesOwners = false
      const { status, bytes } = isRefused ? await ask(question) : first
      if (status !== 200) throw unexpected(`it answered ${status}`)
      const value = formOf(tryJson(bytes))
      if (value.answers.length !== subjects.length)
        throw unexpected('it answered another number of questions')
      return value
    },
    async keys(fingerprints) {
      const given = await Promise.all(fingerprints.map((one) => keyAt(door, one)))
      return given.filter((bytes) => bytes !== undefined)
    },
  }
}

/** Who asks named this node, and no other; and has others to ask. */
const ONCE = { stays: true, isOnce: true, isAnswer: () => true } as const

async function keyAt(door: Door, fingerprint: string): Promise<Uint8Array | undefined> {
  const asked = { method: 'GET', path: `keys/${fingerprint}` } as const
  const { status, bytes } = await exchange(door, { ...asked, ...ONCE, limit: MAX_KEY })
  // whatever keeps it from giving that one: another node may have it, and its certifications are worth no less
  return status === 200 ? bytes : undefined
}

/** Its failures are told behind its address. */
function doorOf(address: string, patience: number): Door {
  const { quiet: _, ...door } = httpDoor(readBaseUrl(address))
  return {
    ...door,
    whole: patience,
    told: {
      ...door.told,
      silent: (cause, url) =>
        new NetworkError('NODE_UNREACHABLE', `does not answer: ${noAnswer(cause, url)}`, { cause }),
      late: (cause) =>
        new NetworkError('TIMED_OUT', `did not answer within ${patience / 1000} s`, { cause }),
      endless: () => unexpected('its answer has no end'),
    },
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
function formOf(value: unknown): Answered {
  try {
    return readLookedUp(value, 'it')
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
