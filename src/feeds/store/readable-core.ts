/*
 * The core of a replica, which hypercore closes whenever it meets a conflict. What was here then is still told, and the core
 * is opened again to be read; nothing comes any more.
 */
import type Hypercore from 'hypercore'
import type { Head } from '../format/head.ts'
import { newestHead, noSuchLength } from './core.ts'

/** What was here when hypercore closed it. */
interface Last {
  readonly length: number
  readonly bytes: number
  readonly publicKey: string | undefined
  readonly head: Head | undefined
  readonly bitfield: Hypercore['core']['bitfield']
}

export interface ReadableCore {
  /** Open, whatever conflicts there have been: the same peers bring them again and again. */
  readonly open: () => Promise<Hypercore>
  /** hypercore has met a conflict and is about to close it. */
  readonly contradicted: () => void
  readonly isContradicted: () => boolean
  readonly length: () => number
  readonly bytes: () => number
  readonly publicKey: () => string | undefined
  /** Of the core that was closed, until it is open again: then blocks can be cleared. */
  readonly bitfield: () => Hypercore['core']['bitfield']
  /** @throws NotFoundError where nothing was signed at that length */
  readonly head: (length: number) => Head
}

/** @param reopen opens the core again after it was closed */
export function readableCore(opened: Hypercore, reopen: () => Promise<Hypercore>): ReadableCore {
  let core = opened
  let last: Last | undefined
  let opening: Promise<Hypercore> | undefined

  async function openAgain(): Promise<Hypercore> {
    await core.close()
    core = await reopen()
    return core
  }

  return {
    async open() {
      if (last === undefined) return core
      if (opening === undefined && core !== opened && core.closing === null) return core
      opening ??= openAgain().finally(() => (opening = undefined))
      return opening
    },
    contradicted() {
      last = lastOf(core)
    },
    isContradicted: () => last !== undefined,
    length: () => last?.length ?? core.length,
    bytes: () => last?.bytes ?? core.byteLength,
    publicKey: () => (last === undefined ? publicKeyOf(core) : last.publicKey),
    bitfield: () => (last !== undefined && core === opened ? last.bitfield : core.core.bitfield),
    head(length) {
      if (last === undefined) return newestHead(core, length)
      if (last.head?.length !== length) throw noSuchLength(core, length)
      return last.head
    },
  }
}

const publicKeyOf = (core: Hypercore): string | undefined =>
  core.manifest?.signers[0]?.publicKey.toString('hex')

function lastOf(core: Hypercore): Last {
  const { length, byteLength: bytes } = core
  const head = length === 0 ? undefined : newestHead(core, length)
  return { length, bytes, publicKey: publicKeyOf(core), head, bitfield: core.core.bitfield }
}
