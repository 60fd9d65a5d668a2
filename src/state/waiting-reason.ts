import { DOCUMENT, SIGNATURE } from './waiting-item.ts'
import type { WaitingSlot } from './waiting-item.ts'

/**
 * Why something waits, and so beside what it is counted: a file whose signature comes in a moment must not stand behind
 * those whose key may never come.
 */
export type WaitingReason = 'signature' | 'key'

/** What {@link WaitingReason} depends on. */
type Reasoned = Pick<WaitingSlot, 'collection' | 'waitsFor' | 'id' | 'address'>

/** Those that wait for the same reason as `item`, if that were there too. */
export function waitingAlike<T extends Reasoned>(
  item: Reasoned,
  there: readonly T[],
): { readonly reason: WaitingReason; readonly slots: readonly T[] } {
  const files = new Map<string, Set<string>>()
  for (const one of [item, ...there]) {
    const name = submitterOf(one)
    if (name !== undefined) files.set(name, (files.get(name) ?? new Set()).add(one.id))
  }
  const reasonOf = (one: Reasoned): WaitingReason => {
    const name = submitterOf(one)
    if (name === undefined) return 'key'
    // both are here, so it is the key that is missing
    const here = files.get(name)
    return here?.has(DOCUMENT) === true && here.has(SIGNATURE) ? 'key' : 'signature'
  }
  const reason = reasonOf(item)
  return { reason, slots: there.filter((one) => reasonOf(one) === reason) }
}

/** Who sent which document; a stranger's signature beside it says nothing. */
function submitterOf({ collection, waitsFor, address }: Reasoned): string | undefined {
  return waitsFor.kind === 'path' ? `${address} ${collection}/${waitsFor.path}` : undefined
}
