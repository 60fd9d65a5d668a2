import { makeStaggeredStart } from '../../base/main-thread.ts'
import { type Gate, makeGate } from './gate.ts'

/** There is a gate for each kind of work, so that a queue for one kind does not delay another kind. */
export interface Gates {
  readonly agreement: Gate
  /** Comparing two certifications. */
  readonly comparison: Gate
  readonly versionPages: Gate
  readonly optional: Gate
  readonly rebuilder: Gate
  readonly search: Gate
  readonly lookup: Gate
  readonly listing: Gate
  readonly keySearch: Gate
  readonly submission: Gate
  readonly keyUpload: Gate
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

/** The gates of one node, with nobody in them. */
export function makeGates(): Gates {
  const slowly = makeSlowly()
  return {
    agreement: makeGate(COMPARING),
    comparison: makeGate(COMPARING),
    versionPages: makeGate(COMPARING),
    optional: makeGate(ADORNING),
    rebuilder: makeGate(COMPARING),
    search: makeGate(FINDING),
    lookup: makeGate(FINDING),
    listing: makeGate(LISTING),
    keySearch: makeGate(SCANNING),
    submission: slowly(makeGate(SUBMITTING)),
    keyUpload: slowly(makeGate(LEARNING)),
  }
}

/** Few begin in one turn of the event loop, so that what was asked meanwhile comes between two of them. */
function makeSlowly(): (gate: Gate) => Gate {
  const begin = makeStaggeredStart()
  return ({ pass }) => ({
    pass: (task, requester) =>
      pass(async () => {
        await begin()
        return task()
      }, requester),
  })
}
