/* What writes is refused as long as the disk takes nothing, and says why if a store finds that out. */
import type { Disk } from '../base/disk.ts'
import type { RepositorySettings } from './keeping.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WithholdingDoor } from '../contract/withholding.ts'

export function withDisk(repository: NodeRepository, disk: Disk): NodeRepository {
  return {
    ...repository,
    submit: (submission) => disk.writing(() => repository.submit(submission)),
    put: (file) => disk.writing(() => repository.put(file)),
    addKeys: (...given) => disk.writing(() => repository.addKeys(...given)),
  }
}

/** What must go from every answer goes from it also where only the reserve is left; its bytes go when there is room. */
export function withholdingOnDisk(door: WithholdingDoor, disk: Disk): WithholdingDoor {
  return {
    ...door,
    withhold: async (...given) => {
      const done = await disk.writing(() => door.withhold(...given), { mayUseReserve: true })
      disk.failed(done.failure)
      return done
    },
    restoreWithheld: (ids) => disk.writing(() => door.restoreWithheld(ids)),
  }
}

/** A fault of a store is one of the disk too. */
export const faultsOf =
  ({ disk, onFault }: Pick<RepositorySettings, 'disk' | 'onFault'>) =>
  (error: unknown): void => {
    disk.failed(error)
    onFault(error)
  }

/** Calls back when the disk takes something again. */
export const onRoom = (disk: Disk, listener: () => Promise<void>): (() => void) =>
  disk.onChanged(() => {
    if (disk.fault() === undefined) void listener()
  })
