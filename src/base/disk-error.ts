import { StorageError } from './errors.ts'

/** Why a disk takes nothing, by the name of its errno; `UNKNOWN` where a store does not say. */
export type DiskCause = 'ENOSPC' | 'EDQUOT' | 'EFBIG' | 'EROFS' | 'EIO' | 'UNKNOWN'

/** As strerror(3) has it: LevelDB and RocksDB give no numbers. */
const WORDS: readonly (readonly [DiskCause, string])[] = [
  ['ENOSPC', 'no space left on device'],
  ['EDQUOT', 'disk quota exceeded'],
  ['EFBIG', 'file too large'],
  ['EROFS', 'read-only file system'],
  ['EIO', 'input/output error'],
]

const SENTENCES: Readonly<Record<DiskCause, string>> = {
  ENOSPC: 'The disk of this node is full.',
  EDQUOT: "This node's share of its disk is used up.",
  EFBIG: 'This node may not write larger files.',
  EROFS: 'The disk of this node can only be read.',
  EIO: 'The disk of this node fails.',
  UNKNOWN: 'A write to the disk of this node has failed.',
}

/** One sentence for anybody: no path, no word of the system. */
export const diskSentence = (cause: DiskCause): string => SENTENCES[cause]

/** In seconds: a node looks more often than that. */
const RETRY_AFTER = 10

/** Nothing can be written: the disk is full, can only be read, or fails. What is there can be read. */
export class DiskUnwritableError extends StorageError {
  readonly errno: DiskCause
  /** @param message says where, for the operator; anybody else is told {@link diskSentence} */
  constructor(errno: DiskCause, message: string, options?: ErrorOptions) {
    super('DISK_FULL', message, { ...options, retryAfter: RETRY_AFTER })
    this.errno = errno
  }
}

/** The errors below an error, itself first: LevelDB's own words stand below level's. */
export const causesOf = (error: unknown): readonly Error[] =>
  error instanceof Error ? [error, ...causesOf(error.cause)] : []

/** A table of LevelDB that is not what it was, or a file of it that has gone; not a disk that refuses. */
export const isDamage = (error: unknown): boolean =>
  causesOf(error).some((one) => 'code' in one && one.code === 'LEVEL_CORRUPTION') ||
  (causesOf(error).some((one) => 'code' in one && one.code === 'LEVEL_IO_ERROR') &&
    causesOf(error).some(({ message }) => message.includes('No such file or directory')))

/** `undefined` if it is none that a disk gives to who writes. */
export function diskCauseOf(error: unknown): DiskCause | undefined {
  for (const one of causesOf(error)) {
    if (one instanceof DiskUnwritableError) return one.errno
    const code = 'code' in one ? one.code : undefined
    const text = one.message.toLowerCase()
    const found = WORDS.find(([cause, words]) => code === cause || text.includes(words))
    if (found !== undefined) return found[0]
  }
  return undefined
}

/** What a store that could not be used has met: DISK_FULL where the disk takes nothing, else DISK with this message. */
export function diskError(cause: unknown, message: string): StorageError {
  const errno = diskCauseOf(cause)
  return errno === undefined
    ? new StorageError('DISK', message, { cause })
    : new DiskUnwritableError(errno, message, { cause })
}
