/* How many questions for blocks are answered in a minute, and with how many bytes: of each peer, each prefix, and all strangers. */
import { prefixOf } from '../../base/address-share.ts'

interface Bound {
  readonly questions: number
  readonly bytes: number
}

const MEBIBYTE = 1024 * 1024
const OF_NAMED: Bound = { questions: 600, bytes: 256 * MEBIBYTE }
const OF_STRANGER: Bound = { questions: 120, bytes: 16 * MEBIBYTE }
const OF_PREFIX: Bound = { questions: 240, bytes: 32 * MEBIBYTE }
const OF_ALL_STRANGERS: Bound = { questions: 1_200, bytes: 128 * MEBIBYTE }

/** Streams that are answered at once: of a peer, of a prefix of strangers, and of all strangers. Each can hold a block in memory. */
const STREAMS = { peer: 3, prefix: 6, strangers: 16 }

/** Who asks. */
export interface Asker {
  readonly peerId: string
  readonly isNamed: boolean
  /** Where it is, see `shareOf` of addresses. */
  readonly share: string
}

export interface QuestionShare {
  /** @returns whether one more is answered now */
  readonly take: (asker: Asker) => boolean
  /** It was answered with so many bytes. */
  readonly answered: (asker: Asker, bytes: number) => void
  /** @returns how to end what was begun; `undefined`: there are streams enough */
  readonly begin: (asker: Asker) => (() => void) | undefined
  readonly close: () => void
}

/** Counts from now on, minute by minute. Whoever opens it closes it. */
export function openQuestionShare(): QuestionShare {
  const used = new Map<string, { questions: number; bytes: number }>()
  const open = new Map<string, number>()
  const minute = setInterval(() => used.clear(), 60_000)
  minute.unref()

  const usedBy = (name: string) => used.get(name) ?? { questions: 0, bytes: 0 }
  const add = (name: string, questions: number, bytes: number): void => {
    const before = usedBy(name)
    used.set(name, { questions: before.questions + questions, bytes: before.bytes + bytes })
  }
  const count = (name: string, change: number): void => {
    const now = (open.get(name) ?? 0) + change
    if (now > 0) open.set(name, now)
    else open.delete(name)
  }

  return {
    take(asker) {
      const isRoom = boundsOf(asker).every(({ name, minute: most }) => {
        const { questions, bytes } = usedBy(name)
        return questions < most.questions && bytes < most.bytes
      })
      if (isRoom) for (const { name } of boundsOf(asker)) add(name, 1, 0)
      return isRoom
    },
    answered(asker, bytes) {
      for (const { name } of boundsOf(asker)) add(name, 0, bytes)
    },
    begin(asker) {
      const bounds = boundsOf(asker)
      if (bounds.some(({ name, streams }) => (open.get(name) ?? 0) >= streams)) return undefined
      for (const { name } of bounds) count(name, 1)
      return () => {
        for (const { name } of bounds) count(name, -1)
      }
    },
    close: () => clearInterval(minute),
  }
}

function boundsOf({ peerId, isNamed, share }: Asker) {
  if (isNamed) return [{ name: `peer ${peerId}`, minute: OF_NAMED, streams: STREAMS.peer }]
  return [
    { name: `peer ${peerId}`, minute: OF_STRANGER, streams: STREAMS.peer },
    { name: `prefix ${prefixOf(share)}`, minute: OF_PREFIX, streams: STREAMS.prefix },
    { name: 'strangers', minute: OF_ALL_STRANGERS, streams: STREAMS.strangers },
  ]
}
