/* What peers push to each other, and what became of it. */
/**
 * Why what a peer pushed was not taken; what its writer wrote comes as it is asked for. `crowded`, `too-much`: there were too
 * many. `late`: the feed has another length than the push begins at. `unreadable`: its writer may have signed it, and nobody can
 * read it. `not-kept`: not all of it is kept here. `full`: by a quota or the disk. `later`: only a later version knows it.
 */
export type PushRefusal =
  | 'crowded'
  | 'too-much'
  | 'too-large'
  | 'malformed'
  | 'later'
  | 'not-followed'
  | 'late'
  | 'withheld'
  | 'unreadable'
  | 'not-kept'
  | 'full'
  | 'unsigned'
  | 'unwritten'
/** How many messages since the start. */
export interface PushCounts {
  readonly sent: number
  readonly taken: number
  readonly refused: Readonly<Record<PushRefusal, number>>
}
export const NOTHING_PUSHED: PushCounts = {
  sent: 0,
  taken: 0,
  refused: {
    crowded: 0,
    'too-much': 0,
    'too-large': 0,
    malformed: 0,
    later: 0,
    'not-followed': 0,
    late: 0,
    withheld: 0,
    unreadable: 0,
    'not-kept': 0,
    full: 0,
    unsigned: 0,
    unwritten: 0,
  },
}
