/* What a neighbour's catalog says: noted of the neighbour, and heard as what is announced is. */
import type { PeerId } from '@libp2p/interface'
import { yieldMainThread } from '../../base/main-thread.ts'
import type { Exchange } from '../exchange/open-exchange.ts'
import type { CatalogFrame } from '../frames/catalog-frame.ts'
import type { HaveStatement } from '../frames/have-statement.ts'
import type { HaveBook } from '../heads/have-book.ts'
import type { Vouches } from '../replication/vouches.ts'
import type { HeadIntake } from './head-intake.ts'
import type { Neighbours } from './neighbours.ts'
import type { Skipped } from './skipped.ts'

export interface CatalogIntake {
  /** @throws MalformedError, VerificationError if it is evidence that proves nothing */
  readonly onFrame: (peer: PeerId, frame: CatalogFrame) => Promise<void>
  /** Only a later version knows it. */
  readonly onSkipped: Skipped['skip']
  /** It has told all that it had to. */
  readonly onTold: (peer: PeerId) => void
  /** It is not connected any more. */
  readonly onGone: (peer: PeerId) => void
}

/** Where what a catalog says goes to. */
export interface CatalogHearers {
  readonly neighbours: Neighbours
  readonly intake: HeadIntake
  readonly haves: Pick<HaveBook, 'hear'>
  readonly exchange: Pick<Exchange, 'hear' | 'gone'>
  readonly vouches: Pick<Vouches, 'note'>
}

/** Hands each frame of a catalog to those who want it. It keeps nothing itself. */
export function makeCatalogIntake(
  { neighbours, intake, haves, exchange, vouches }: CatalogHearers,
  { skip }: Skipped,
): CatalogIntake {
  /** Each of them can cost a verification. */
  async function hearAll(statements: readonly HaveStatement[], via: string): Promise<void> {
    for (const statement of statements) {
      await yieldMainThread()
      haves.hear(statement, via)
    }
  }

  return {
    async onFrame(peer, frame) {
      const via = peer.toString()
      if (frame.kind === 'hello') neighbours.hello(via, frame.hello)
      if (frame.kind === 'evidence') await intake.hearEvidence(frame.evidence, via)
      if (frame.kind === 'statements') await hearAll(frame.statements, via)
      if (frame.kind === 'peers') await exchange.hear(frame.records, via)
      if (frame.kind !== 'offers') return
      for (const entry of frame.entries) {
        neighbours.holds(via, entry.key, entry.head.length)
        vouches.note(entry.key, via, entry.vouched)
        intake.hear(entry, { via, author: via, vouched: entry.vouched })
      }
    },
    onSkipped: skip,
    onTold: (peer) => neighbours.hasTold(peer.toString()),
    onGone(peer) {
      neighbours.forget(peer.toString())
      exchange.gone(peer.toString())
    },
  }
}
