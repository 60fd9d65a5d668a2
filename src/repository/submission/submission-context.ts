import type { Disk } from '../../base/disk.ts'
import { AdmissionError } from '../../base/errors.ts'
import type { StartGate } from '../../base/start-gate.ts'
import type { KeyedMutex } from '../../base/mutex.ts'
import type { Collection } from '../../certification/admission.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { KeyLearning } from '../key-intake/key-learning.ts'
import type { WriteContext } from '../own-feeds/writer.ts'
import type { AliasShares } from './own-variant.ts'
import type { WaitingSubmissions } from './waiting-submissions.ts'

/** What every submission meets on its way from bytes to a receipt. */
export interface SubmissionContext {
  readonly collections: ReadonlyMap<string, Collection>
  readonly indexing: IndexContext
  readonly writing: WriteContext
  readonly keys: KeyLearning
  readonly waiting: WaitingSubmissions
  /** Until it is done nobody knows what is in the own feeds. */
  readonly startGate: StartGate
  /** Refuses what is to be written while the disk takes nothing, and is told of writes that fail. */
  readonly disk: Disk
  /** HTTP APIs of peers that take submissions, for whoever asks a node that takes none. */
  readonly elsewhere: () => readonly string[]
  /** By collection and id: who comes second finds what the first has written, and gets the same receipt. */
  readonly turns: KeyedMutex
  readonly aliases: AliasShares
}

const MOST_URLS = 5

/** What a node says that writes no feed. */
export function readOnly({ elsewhere }: Pick<SubmissionContext, 'elsewhere'>): AdmissionError {
  const urls = elsewhere().slice(0, MOST_URLS)
  const where =
    urls.length === 0
      ? 'None of its peers has told where it takes them (the setting public-url); GET /peers shows whom it knows.'
      : `Submit to ${urls.join(' or ')}; it comes here by itself.`
  return new AdmissionError(
    'READ_ONLY',
    `This node is read-only and takes no submissions. ${where}`,
  )
}
