import type { DialectName } from '../../certification/dialects/dialect.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { Repository, Submission } from '../../contract/repository.ts'
import type { Status } from '../../contract/status.ts'
import { openHttpRepository } from '../../client/http-repository.ts'
import { makePace } from '../../client/pace.ts'
import { isUnanswered } from './nodes.ts'

/**
 * Certifications under way to a node: what comes together goes together into its blocks, which are the smaller for it, and into one
 * sync. With twice as many, blocks are smaller by a tenth, and of what others submit meanwhile the slowest tenth takes twice as long.
 */
export const UNDER_WAY = 16
/** What they hold in memory, in bytes. */
const UNDER_WAY_BYTES = 8 * 1024 * 1024

/** One node that submissions go to. */
export interface Target {
  readonly url: string
  /** What is submitted waits for its turn: only some are under way at the same time, and fewer once the node has asked for patience. */
  readonly repository: Repository
  /** @throws what asking the node throws; NotFoundError COLLECTION_UNKNOWN, ConfigError USAGE */
  collectionFor(dialect: DialectName): Promise<string>
}

/**
 * The node at the URL of its HTTP API. It is not asked yet.
 * @throws ConfigError USAGE
 */
export function openTarget(url: string): Target {
  const pace = makePace({ atOnce: UNDER_WAY, bytes: UNDER_WAY_BYTES })
  const repository = giveUpAfterSilence(openHttpRepository(url, pace.slowDown))
  let asked: Promise<Status> | undefined
  return {
    url,
    repository: {
      ...repository,
      submit: (submission) => pace.run(bytesOf(submission), () => repository.submit(submission)),
    },
    async collectionFor(dialect) {
      asked ??= repository.status()
      const { collections } = await asked
      const fit = collections.filter((one) => one.dialect === dialect)
      const [first] = fit
      if (first === undefined)
        throw new NotFoundError(
          'COLLECTION_UNKNOWN',
          `${url} has no collection of the dialect ${dialect}; its operator can add one to the config file: [[collection]] with a name and dialect = "${dialect}"`,
        )
      if (fit.length > 1) {
        const names = fit.map((one) => one.name).join(', ')
        throw new ConfigError('USAGE', `${url} has several (${names}): name the --collection`)
      }
      return first.name
    },
  }
}

/** Keys that go along are the same for all. */
const bytesOf = ({ bytes, signature }: Submission): number =>
  bytes.length + (signature?.length ?? 0)

/** Of a thousand files only the first waits for a node that does not answer. */
function giveUpAfterSilence(repository: Repository): Repository {
  let silence: Error | undefined
  return {
    ...repository,
    async submit(submission) {
      if (silence !== undefined) throw silence
      try {
        return await repository.submit(submission)
      } catch (error) {
        if (isUnanswered(error)) silence = error
        throw error
      }
    },
  }
}
