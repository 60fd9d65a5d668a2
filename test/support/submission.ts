import type { OpenData } from '../../src/open-data.ts'
import type { Receipt } from '../../src/contract/submission.ts'
import { debianText, type DebianChanges } from './debian-text.ts'
import { clearsign, rebuilder, type TestRebuilder } from './rebuilder.ts'

export interface Signed {
  readonly bytes: Uint8Array
  readonly keys: Uint8Array
}

/** A certification of one more version of hello. */
export async function signed(changes: DebianChanges, signer?: TestRebuilder): Promise<Signed> {
  const by = signer ?? (await rebuilder())
  const text = await clearsign(debianText(changes), [by])
  return { bytes: new TextEncoder().encode(text), keys: by.publicKey.bytes }
}

/** Submits it to a collection; it must be taken. */
export async function submitTo(
  node: Pick<OpenData, 'repository'>,
  one: Signed,
  collection = 'debian',
): Promise<Receipt> {
  const [outcome] = await node.repository.submit({ collection, ...one })
  if (outcome === undefined || !('receipt' in outcome)) throw new Error('it was not taken')
  return outcome.receipt
}
