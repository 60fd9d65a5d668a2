import type Hypercore from 'hypercore'
import type { DownloadRange } from 'hypercore'
import { clearBlock, listenTo, newestHead, nodeOf, obtainable, readBlock, rootOf } from './core.ts'
import type { Conflict, Replica } from './feed.ts'

export interface ReplicaParts {
  /** Ready, opened by its key, inactive, and never to follow a fork. */
  readonly core: Hypercore
  readonly collection: string
  /** hypercore closes a core when it meets a conflict; this opens it again, to be read. */
  readonly reopen: () => Promise<Hypercore>
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
  const conflicts = new Set<(conflict: Conflict) => void>()
  let stop = listen()

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

  function onConflict(length: number, fork: number): void {
    frozen = true
    stop()
    conflicted({ length, fork }).catch(() => undefined) // the store is closing
  }

  async function conflicted(conflict: Conflict): Promise<void> {
    core = await reopen()
    stop = listen()
    for (const tell of conflicts) tell(conflict)
  }

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
      return core.manifest?.signers[0]?.publicKey.toString('hex')
    },
    get length() {
      return core.length
    },
    get bytes() {
      return core.byteLength
    },
    get frozen() {
      return frozen
    },
    get received() {
      return received
    },
    get downloaded() {
      return core.core.bitfield.count(0, core.length, true)
    },
    head: async (length = core.length) => newestHead(core, length),
    root: (length) => rootOf(core, length),
    node: (index) => nodeOf(core, index),
    has: (sequence) => core.core.bitfield.get(sequence),
    readData: (sequence) => readBlock(core, sequence),
    async clear(sequence) {
      avoided.add(sequence)
      if (following) drop()
      await clearBlock(core, sequence)
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
      if (sequence >= core.length || frozen) return core.core.bitfield.get(sequence)
      await core.get(sequence, { timeout: patience }).catch(() => null)
      return core.core.bitfield.get(sequence)
    },
    obtainable: (sequence) => obtainable(core, sequence),
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
