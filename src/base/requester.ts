import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Who asks, from the door down to whatever works on an answer: so that work is billed to somebody, and stops when nobody
 * waits for it. It is carried by the call itself and not by arguments, since every answer may cost something.
 */
export interface Requester {
  /** See `shareOf`. */
  readonly share: string
  /** Nobody waits for an answer any more. */
  readonly isGone: () => boolean
}

/** This process asks itself. */
export const NODE_ITSELF: Requester = { share: 'local', isGone: () => false }

const asking = new AsyncLocalStorage<Requester>()

export const currentRequester = (): Requester => asking.getStore() ?? NODE_ITSELF

/** Requests that are being answered. */
let answering = 0

/** Does something for somebody; {@link currentRequester} is he in all that comes of it. */
export function runAs<T>(requester: Requester, work: () => T): T {
  // nothing has to be carried where nobody else has asked
  const isPlain = requester === NODE_ITSELF && asking.getStore() === undefined
  return isPlain ? work() : asking.run(requester, work)
}

/**
 * Begins to answer a request. To Node 20 each promise of the process costs three to four times as much as long as anything is
 * carried this way (measured; newer ones carry it for nothing), so it is given up whenever no request is left.
 * @returns to be called once, when it is answered or its asker has gone
 */
export function beginRequest(requester: Requester, work: () => void): () => void {
  answering += 1
  asking.run(requester, work)
  let isAnswering = true
  return () => {
    if (!isAnswering) return
    isAnswering = false
    answering -= 1
    if (answering === 0) asking.disable()
  }
}

/** Those who wait for one answer. It is billed to the first, and wanted as long as one is there. */
export interface SharedRequester {
  readonly requester: Requester
  /** `false`: the work has stopped already. */
  readonly join: (requester: Requester) => boolean
}

/** One requester for all who wait for an answer, at first for this one alone. */
export function makeSharedRequester(first: Requester): SharedRequester {
  let members = [first]
  let hasStopped = false
  return {
    requester: {
      share: first.share,
      isGone: () => {
        const [member] = members
        if (member?.isGone() === true) members = members.filter((one) => !one.isGone())
        if (members.length === 0) hasStopped = true
        return hasStopped
      },
    },
    join: (requester) => {
      if (hasStopped) return false
      members.push(requester)
      return true
    },
  }
}
