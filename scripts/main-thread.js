// Loaded into a node by --import, beside its own code: tells over the channel to its parent what its main thread
// did between `begin` and `end`, and how many signatures were verified, there and in its other threads. Plain
// JavaScript: it runs in a process that knows no other.
import { readFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const COUNTS = 'countersign counts of verifications'
const MAIN = 0
const THREADS = 1

/** Milliseconds of CPU that this thread has had; the kernel counts them in nanoseconds (proc(5), schedstat). */
function processorTime() {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
}

/** Whatever verifies a signature in this thread is counted at `at`. */
function countVerifications(counts, at) {
  // named imports are copies of what stands in this object
  const crypto = createRequire(import.meta.url)('node:crypto')
  for (const [owner, name] of [
    [crypto, 'verify'],
    [crypto, 'createVerify'],
    [Object.getPrototypeOf(crypto.webcrypto.subtle), 'verify'],
  ]) {
    const original = owner[name]
    owner[name] = function counted(...args) {
      Atomics.add(counts, at, 1)
      return Reflect.apply(original, this, args)
    }
  }
  syncBuiltinESMExports()
}

function answerParent(counts) {
  let [from, last, longest] = [0, 0, 0]
  let ticking
  const note = () => {
    const now = processorTime()
    longest = Math.max(longest, now - last)
    last = now
  }
  const tick = () => {
    note()
    ticking = setTimeout(tick, 1)
  }
  process.on('message', (message) => {
    if (message === 'begin') {
      counts.fill(0)
      longest = 0
      from = last = processorTime()
      ticking = setTimeout(tick, 1)
      process.send({ began: true })
    } else if (message === 'end') {
      clearTimeout(ticking)
      note()
      const [verified, inThreads] = [counts[MAIN], counts[THREADS]]
      process.send({ longest, whole: last - from, verified, inThreads })
    }
  })
  // who listens to it alone is not kept running by it
  process.channel.unref()
}

if (!isMainThread) {
  const counts = getEnvironmentData(COUNTS)
  if (counts !== undefined) countVerifications(counts, THREADS)
} else if (process.send !== undefined) {
  const counts = new Int32Array(new SharedArrayBuffer(8))
  setEnvironmentData(COUNTS, counts)
  countVerifications(counts, MAIN)
  answerParent(counts)
}
