import { LRUCache } from 'lru-cache'
import { heavierThan, holdingsOf, prefixOf } from '../../base/address-share.ts'
import { type Requester, currentRequester, NODE_ITSELF } from '../../base/requester.ts'
import { AdmissionError } from '../../base/errors.ts'
import { requesterGone } from './work-budget.ts'

/** Lets only so many costly answers be made at the same time, and of one address only a part of them. */
export interface Gate {
  /**
   * Whose prefix was let in last waits longest, and in it who was himself. Who has gone is not let in.
   * @param requester who else asks than {@link currentRequester}
   * @throws AdmissionError RATE_EXCEEDED too many wait already, ASKER_GONE
   */
  readonly pass: <T>(task: () => Promise<T>, requester?: Requester) => Promise<T>
}

export interface GateSize {
  readonly atOnce: number
  readonly waiting: number
  /** Of one address, of what runs; half of it where nothing is said. */
  readonly ofOne?: number
  /** What it lets through, for who is refused. */
  readonly what?: string
}

/** One address has half of what runs, but one at least; it may fill the queue as long as nobody else comes. */
const RUNNING_SHARE = 2
/** Addresses and prefixes of which it is remembered when they were let in last. */
const REMEMBERED = 1024
/** How much a task counts in what the next is expected to take. */
const WEIGHT = 0.2

const ANSWERS = 'asked for too many costly answers'

interface Waiting {
  readonly requester: Requester
  readonly enter: () => void
  readonly refuse: (error: unknown) => void
}

/** A gate that nobody has passed yet. It remembers {@link REMEMBERED} addresses and prefixes, in memory alone. */
export function makeGate({ atOnce, waiting, ofOne, what = ANSWERS }: GateSize): Gate {
  const queue: Waiting[] = []
  const running = new Map<string, number>()
  const lastTurn = new LRUCache<string, number>({ max: REMEMBERED })
  const mostOfOne = ofOne ?? Math.max(1, Math.floor(atOnce / RUNNING_SHARE))
  const usual = makeUsual()
  let busy = 0
  let turns = 0

  const isWelcome = (share: string) =>
    busy < atOnce && (share === NODE_ITSELF.share || (running.get(share) ?? 0) < mostOfOne)
  const begin = (share: string) => {
    busy += 1
    turns += 1
    running.set(share, (running.get(share) ?? 0) + 1)
    for (const name of [share, prefixOf(share)]) lastTurn.set(name, turns)
  }
  const end = (share: string) => {
    busy -= 1
    const left = (running.get(share) ?? 1) - 1
    if (left === 0) running.delete(share)
    else running.set(share, left)
    next()
  }
  const turnOf = (name: string) => lastTurn.peek(name) ?? 0
  /** By how long those before it are expected to take. */
  const full = () => refusal(what, ((queue.length + 1) * usual.time()) / atOnce)
  const isBefore = ({ requester: one }: Waiting, { requester: other }: Waiting) =>
    turnOf(prefixOf(one.share)) - turnOf(prefixOf(other.share)) ||
    turnOf(one.share) - turnOf(other.share)

  function next(): void {
    // all at once: a thousand may have hung up together
    dropGone()
    for (;;) {
      let found: Waiting | undefined
      for (const one of queue)
        if (isWelcome(one.requester.share) && (found === undefined || isBefore(one, found) < 0))
          found = one
      if (found === undefined) return
      queue.splice(queue.indexOf(found), 1)
      begin(found.requester.share)
      found.enter()
    }
  }

  async function wait(requester: Requester): Promise<void> {
    if (queue.length >= waiting) dropGone()
    if (queue.length >= waiting) {
      const shares = queue.map((one) => one.requester.share)
      // with one more of its own
      const giver = heavierThan(requester.share, holdingsOf([requester.share, ...shares]))
      const last = queue.findLastIndex((one) => one.requester.share === giver)
      if (last === -1) throw full()
      for (const one of queue.splice(last, 1)) one.refuse(full())
    }
    await new Promise<void>((enter, refuse) => {
      queue.push({ requester, enter, refuse })
    })
  }

  function dropGone(): void {
    const left = queue.filter(({ requester }) => requester.isGone())
    if (left.length === 0) return
    queue.splice(0, queue.length, ...queue.filter(({ requester }) => !requester.isGone()))
    for (const one of left) one.refuse(requesterGone())
  }

  return {
    pass: async (task, requester = currentRequester()) => {
      const { share } = requester
      if (isWelcome(share)) begin(share)
      else await wait(requester)
      const since = performance.now()
      try {
        return await task()
      } finally {
        usual.took(performance.now() - since)
        end(share)
      }
    },
  }
}

/** Milliseconds that a task takes. */
function makeUsual() {
  let usual = 0
  return {
    time: () => usual,
    took: (time: number): void => {
      usual += (time - usual) * WEIGHT
    },
  }
}

/** @param wait in milliseconds */
function refusal(what: string, wait: number): AdmissionError {
  const sentence = `This node is ${what} at once. Try again in a moment.`
  const retryAfter = Math.max(1, Math.ceil(wait / 1000))
  return new AdmissionError('RATE_EXCEEDED', sentence, { retryAfter })
}

/** What a gate lets through, or `otherwise` where too many wait already: for what an answer is good without. */
export async function unlessBusy<T, O>(answer: Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof AdmissionError && error.code === 'RATE_EXCEEDED') return otherwise
    throw error
  }
}
