import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Examination, Submitted } from '../../certification/certification.ts'
import { claimedKeyIds } from '../../certification/examine.ts'
import type { Buildinfo } from '../../certification/dialects/dialect.ts'
import {
  type PublicKey,
  type Upload,
  withoutLosses,
} from '../../certification/signatures/public-key.ts'
import { codeOf } from '../../base/errors.ts'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import { sizeInMemory } from './size-in-memory.ts'
import { openThreads } from './verification-threads.ts'
import { examineTask, keysTask, unsignedTask } from './verification-worker.ts'
import type { ExamineTask, UnsignedTask } from './verification-worker.ts'

export interface VerificationPool {
  /** {@link claimedKeyIds}, @throws what that throws */
  readonly claimed: (submitted: Submitted) => readonly string[]
  /**
   * @param owner whose turn it is, and who is charged for it: an address's share, a feed, or this node itself
   * @throws MalformedError, AdmissionError as `examine` does
   */
  readonly examine: (task: ExamineTask, owner: string) => Promise<readonly Examination[]>
  /** `readUpload`, in its owner's turn. @throws what that throws */
  readonly readUpload: (bytes: Uint8Array, owner: string) => Promise<Upload>
  /** The keys of {@link VerificationPool.readUpload}. What was read a moment ago is remembered. @throws what that throws */
  readonly readPublicKeys: (bytes: Uint8Array, owner: string) => Promise<readonly PublicKey[]>
  /** @throws what `readUnsigned` of `certification/unsigned` throws */
  readonly readUnsigned: (task: UnsignedTask, owner: string) => Promise<Buildinfo>
  readonly close: () => Promise<void>
}

/** Work that no asker and no feed has caused. */
export const OWN_WORK = 'this node'

/** Keys that were read a moment ago: whoever verifies them before their turn comes back for them. One upload holds 500 at most. */
const READ_KEYS = 1024

/** Certifications that were examined a moment ago: a follower meets them again as soon as they are in the feed. */
const REMEMBERED = 512

/**
 * Examines in `threads` worker threads; 0 means here. Examining is a pure function of bytes and keys, so an answer is
 * remembered by the digest of both, and by that of its canonical form. Only what is good is: it comes again. Whoever opens it
 * closes it, which ends the threads.
 */
export function openVerificationPool(threads: number): VerificationPool {
  const workers = threads === 0 ? undefined : openThreads(threads)
  const remembered = new LRUCache<string, readonly Examination[]>({
    max: REMEMBERED,
    maxSize: CACHE_LIMITS.examined,
    sizeCalculation: (answer) =>
      answer.reduce((total, { certification }) => total + sizeInMemory(certification), 1),
  })
  const running = new Map<string, Promise<readonly Examination[]>>()
  const claims = new LRUCache<string, readonly string[]>({ max: REMEMBERED })
  const uploads = new LRUCache<string, Promise<Upload>>({
    max: READ_KEYS,
    maxSize: CACHE_LIMITS.uploads,
  })
  /** Whoever keeps a key meets its kept form again at once, in a feed or in the index. */
  function remember({ keys }: Upload): void {
    for (const { key } of keys) {
      const kept = { keys: [withoutLosses(key)], bare: [], unusable: [] }
      uploads.set(digestOf(key.bytes), Promise.resolve(kept), { size: key.bytes.length + 512 })
    }
  }

  const readUpload: VerificationPool['readUpload'] = (bytes, owner) => {
    const name = digestOf(bytes)
    const known = uploads.get(name)
    if (known !== undefined) return known
    const uploaded = { uploaded: bytes }
    const turn = workers === undefined ? keysTask(uploaded) : workers.readKeys(uploaded, owner)
    // what is refused is refused again without being verified again
    uploads.set(name, turn, { size: bytes.length + 512 })
    turn.then(remember, (error: unknown) => {
      if (codeOf(error) === undefined) uploads.delete(name)
    })
    return turn
  }
  return {
    claimed: (submitted) => claims.get(nameOf(submitted)) ?? claimedKeyIds(submitted),
    examine: async (task, owner) => {
      const { dialect, submitted } = task
      const keys = task.keys.map(digestOf).join(' ')
      const name = `${nameOf(submitted)} ${dialect} ${keys}`
      const known = remembered.get(name) ?? running.get(name)
      if (known !== undefined) return known
      const turn = workers === undefined ? examineTask(task) : workers.examine(task, owner)
      running.set(name, turn)
      let answer: readonly Examination[]
      try {
        answer = await turn
      } finally {
        running.delete(name)
      }
      if (answer.every(({ signature }) => signature === 'good')) remembered.set(name, answer)
      for (const examination of answer) {
        const { certification, signature } = examination
        if (signature !== 'good') continue
        const canonical = nameOf(certification)
        claims.set(canonical, [certification.claimedKeyId])
        remembered.set(`${canonical} ${dialect} ${keys}`, [examination])
      }
      return answer
    },
    readUpload,
    readPublicKeys: async (bytes, owner) =>
      (await readUpload(bytes, owner)).keys.map(({ key }) => key),
    readUnsigned: async (task, owner) =>
      workers === undefined ? unsignedTask(task) : workers.readUnsigned(task, owner),
    close: async () => {
      await workers?.close()
    },
  }
}

const nameOf = ({ bytes, signature }: Submitted): string =>
  signature === undefined ? digestOf(bytes) : `${digestOf(bytes)} ${digestOf(signature)}`

const digests = new WeakMap<Uint8Array, string>()

/** Of bytes that nobody changes: keys come again and again, and a certification is looked up twice. */
function digestOf(bytes: Uint8Array): string {
  const known = digests.get(bytes)
  if (known !== undefined) return known
  const digest = createHash('sha256').update(bytes).digest('base64')
  digests.set(bytes, digest)
  return digest
}
