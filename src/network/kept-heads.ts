import type { State } from '../state/database.ts'
import { type Heads, makeHeads } from './heads.ts'

/** Heads as they were heard before this start, and from now on. */
export async function keptHeads(_state: State, _onError: (error: unknown) => void): Promise<Heads> {
  return makeHeads({ kept: [], keep: () => undefined, now: Date.now })
}
