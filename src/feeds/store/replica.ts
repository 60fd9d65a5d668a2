import type Hypercore from 'hypercore'
import type { ConflictProof, DownloadRange } from 'hypercore'
import {
  clearBlock,
  conflictingHead,
  listenTo,
  newestHead,
  nextHere,
  nodeOf,
  noSuchLength,
  obtainable,
  readForeignBlock,
  rootOf,
} from './core.ts'
import type { Head } from '../format/head.ts'
import { MAX_FEED_LENGTH } from '../format/limits.ts'
import type { Replica } from '../format/feed.ts'

export interface ReplicaParts {
  /** Ready, opened by its key, inactive, and never to follow a fork. */
  readonly core: Hypercore
  readonly collection: string
  /** hypercore closes a core whenever it meets a conflict; this opens it again, to be read. */
  readonly reopen: () => Promise<Hypercore>
}

/** What was here when hypercore closed it. Nothing comes any more. */
interface Last {
  readonly length: number
  readonly bytes: number
  readonly publicKey: string | undefined
  readonly head: Head | undefined
  readonly bitfield: Hypercore['core']['bitfield']
}

/** A fetched range is never taken back: when so many are open, the finished parts are dropped. */
const MAX_RANGES = 16

export function replicaOf({ core: opened, collection, reopen }: ReplicaParts): Replica {
  let core = opened
  let frozen = core.core.header.frozen
  let following = false
  let mayGrow = always
  /** Blocks from here on have not been asked for. */
  let asked = 0
  let ranges: DownloadRange[] = []
  const received = { blocks: 0, bytes: 0 }
  const onDownload = (_sequence: number, bytes: number) => {
    received.blocks += 1
    received.bytes += bytes
  }
  const avoided = new Set<number>()
  const changed = new Set<() => void>()
  const conflicts = new Set<(head: Head) => void>()
  let last: Last | undefined
  let opening: Promise<Hypercore> | undefined
  const stop = listen()

  function listen(): () => void {
    const stops = [
      listenTo(core, ['append', 'download', 'peer-add', 'peer-remove'], () => {
        if (core.length > asked) ask()
        for (const callback of changed) callback()
      }),
    ]
    core.on('download', onDownload)
    core.once('conflict', onConflict)
    return () => {
      for (const one of stops) one()
      core.off('download', onDownload)
      core.off('conflict', onConflict)
    }
  }

  function onConflict(_length: number, _fork: number, proof: ConflictProof): void {
    last = lastOf(core)
    frozen = true
    following = false
    ranges = []
    stop()
    const head = conflictingHead(proof)
    for (const tell of conflicts) tell(head)
  }

  /** Open, whatever conflicts there have been: the same peers bring them again and again. */
  async function open(): Promise<Hypercore> {
    if (last === undefined) return core
    if (opening === undefined && core !== opened && core.closing === null) return core
    opening ??= (async () => {
      await core.close()
      core = await reopen()
      return core
    })().finally(() => (opening = undefined))
    return opening
  }

  /** Of the core that was closed, until it is open again: then blocks can be cleared. */
  const bitfield = (): Hypercore['core']['bitfield'] =>
    last !== undefined && core === opened ? last.bitfield : core.core.bitfield
  const length = (): number => last?.length ?? core.length

  /** Asks peers for every block that is not here and not avoided. */
  function ask(): void {
    if (!following) return
    if (!mayGrow()) drop()
    else askFurther()
  }

  function askFurther(): void {
    if (core.length <= asked) return
    if (ranges.length >= MAX_RANGES) {
      drop()
      asked = core.core.header.hints.contiguousLength
    }
    for (const { start, end } of between(avoided, asked, core.length))
      ranges.push(core.download({ start, end, linear: true }))
    asked = core.length
  }

  function drop(): void {
    asked = 0
    for (const range of ranges) range.destroy()
    ranges = []
  }

  function pause(): void {
    if (!following) return
    following = false
    drop()
    core.setActive(false)
  }

  return {
    key: core.key.toString('hex'),
    collection,
    get publicKey() {
      return last === undefined ? publicKeyOf(core) : last.publicKey
    },
    get length() {
      return length()
    },
    get bytes() {
      return last?.bytes ?? core.byteLength
    },
    get frozen() {
      return frozen
    },
    get received() {
      return received
    },
    get downloaded() {
      return bitfield().count(0, Math.min(length(), MAX_FEED_LENGTH), true)
    },
    async head(at = length()) {
      if (last === undefined) return newestHead(core, at)
      if (last.head?.length !== at) throw noSuchLength(core, at)
      return last.head
    },
    root: async (at) => rootOf(await open(), at),
    node: async (index) => nodeOf(await open(), index),
    has: (sequence) => bitfield().get(sequence),
    nextHere: (sequence) => nextHere(bitfield(), sequence),
    readData: async (sequence) => readForeignBlock(await open(), sequence),
    async clear(sequence) {
      avoided.add(sequence)
      if (following) drop()
      await clearBlock(await open(), sequence)
      ask()
    },
    avoid(sequences) {
      for (const sequence of sequences) avoided.add(sequence)
      if (following) drop()
      ask()
    },
    avoids: (sequence) => avoided.has(sequence),
    async fetch(sequence, patience) {
      avoided.delete(sequence)
      if (sequence < core.length && !frozen)
        await core.get(sequence, { timeout: patience }).catch(() => null)
      const isHere = bitfield().get(sequence)
      // whoever gets it later is asked then
      if (!isHere && following && sequence < asked)
        ranges.push(core.download({ start: sequence, end: sequence + 1, linear: true }))
      return isHere
    },
    obtainable: (sequence) => last === undefined && obtainable(core, sequence),
    onChanged(callback) {
      changed.add(callback)
      return () => changed.delete(callback)
    },
    follow(gate) {
      if (frozen) return
      mayGrow = gate
      if (!following) core.setActive(true)
      following = true
      ask()
    },
    pause,
    freeze() {
      frozen = true
      pause()
    },
    onConflict(callback) {
      conflicts.add(callback)
      return () => conflicts.delete(callback)
    },
  }
}

function publicKeyOf(core: Hypercore): string | undefined {
  return core.manifest?.signers[0]?.publicKey.toString('hex')
}

function lastOf(core: Hypercore): Last {
  const { length, byteLength: bytes } = core
  const head = length === 0 ? undefined : newestHead(core, length)
  return { length, bytes, publicKey: publicKeyOf(core), head, bitfield: core.core.bitfield }
}

const always = (): boolean => true

/** The runs of numbers from `start` up to `end` that have none of `holes` in them. */
function* between(
  holes: ReadonlySet<number>,
  start: number,
  end: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let from = start
  for (const hole of [...holes].toSorted((one, other) => one - other)) {
    if (hole < from || hole >= end) continue
    if (hole > from) yield { start: from, end: hole }
    from = hole + 1
  }
  if (from < end) yield { start: from, end }
}
