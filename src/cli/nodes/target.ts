import type { DialectName } from '../../certification/dialects/dialect.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { Repository } from '../../contract/repository.ts'
import type { Status } from '../../contract/status.ts'
import { openHttpRepository } from '../../client/http-repository.ts'
import { isUnanswered } from './nodes.ts'

/** One node that submissions go to. */
export interface Target {
  readonly url: string
  readonly repository: Repository
  /** @throws what asking the node throws; NotFoundError COLLECTION_UNKNOWN, ConfigError USAGE */
  collectionFor(dialect: DialectName): Promise<string>
}

/** @throws ConfigError USAGE */
export function openTarget(url: string): Target {
  const repository = openHttpRepository(url)
  let asked: Promise<Status> | undefined
  return {
    url,
    repository: giveUpAfterSilence(repository),
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
