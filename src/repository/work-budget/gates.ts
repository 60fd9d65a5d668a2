import { makeBeginnings } from '../../base/main-thread.ts'
import { type Gate, makeGate } from './gate.ts'

/** There is a gate for each kind of work, so that a queue for one kind does not delay another kind. */
export interface Gates {
  readonly comparing: Gate
  /** Comparing two certifications. */
  readonly beside: Gate
  readonly pages: Gate
  readonly adorning: Gate
  readonly knowing: Gate
  readonly finding: Gate
  readonly lookingUp: Gate
  readonly listing: Gate
  readonly scanning: Gate
  readonly submitting: Gate
  readonly learning: Gate
}

/** An agreement of many large documents takes seconds, and as many as 100 MB while it is made. */
const COMPARING = { atOnce: 2, waiting: 64 }
/** What only adorns a page is left out when more is asked of this node. */
const ADORNING = { atOnce: 1, waiting: 2 }
/** Reading pages of certifications; what is asked most often costs least. */
const FINDING = { atOnce: 8, waiting: 256 }
const LISTING = { atOnce: 2, waiting: 64 }
/** Looking through the user ids of all keys. */
const SCANNING = { atOnce: 1, waiting: 8 }
/** Each takes milliseconds of the main thread, and whoever reads stands behind those that have begun. */
const SUBMITTING = { atOnce: 64, waiting: 512, ofOne: 64, what: 'sent too many certifications' }
const LEARNING = { atOnce: 4, waiting: 128, what: 'sent too many keys' }

export function makeGates(): Gates {
  const slowly = makeSlowly()
  return {
    comparing: makeGate(COMPARING),
    beside: makeGate(COMPARING),
    pages: makeGate(COMPARING),
    adorning: makeGate(ADORNING),
    knowing: makeGate(COMPARING),
    finding: makeGate(FINDING),
    lookingUp: makeGate(FINDING),
    listing: makeGate(LISTING),
    scanning: makeGate(SCANNING),
    submitting: slowly(makeGate(SUBMITTING)),
    learning: slowly(makeGate(LEARNING)),
  }
}

/** Few begin in one turn of the event loop, so that what was asked meanwhile comes between two of them. */
function makeSlowly(): (gate: Gate) => Gate {
  const begin = makeBeginnings()
  return ({ pass }) => ({
    pass: (task, asker) =>
      pass(async () => {
        await begin()
        return task()
      }, asker),
  })
}
