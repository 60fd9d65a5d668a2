/** Which blocks of one replica peers are asked for. It asks for nothing before it is told to; what it asks for ends with the core. */
export interface Asking {
  /** Asks for what was not asked for yet. */
  readonly ask: () => void
  /** Is there anything? */
  readonly isBehind: () => boolean
  /** Asks for nothing; told to ask, for everything anew. */
  readonly drop: () => void
  /** hypercore has closed the core, and with it whatever was asked for. */
  readonly forget: () => void
  /** A block has come, whichever way. */
  readonly arrived: (sequence: number) => void
  /** Those from `first` up to `end` need not be asked for. */
  readonly skip: (first: number, end: number) => void
  /** Whoever gets that one later is asked for it then, if it has had its turn. */
  readonly expect: (sequence: number) => void
}
