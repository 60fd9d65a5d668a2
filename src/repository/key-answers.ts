/* Keys, and what their owners have certified. */
import { armorPublicKey } from '../certification/signatures/public-key.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import { readKeyName } from '../base/fingerprint.ts'
import { keyListings, keysNamed } from './keys/key-listings.ts'
import type { Answering } from './queries/answering.ts'
import { countBy, rebuilder, rebuilders } from './queries/rebuilders.ts'
import { makeAnswers } from './work-budget/answers.ts'
import type { Gates } from './work-budget/gates.ts'

export type KeyAnswers = Pick<
  NodeRepository,
  'key' | 'keyListings' | 'rebuilders' | 'rebuilder' | 'isRebuilder'
>

/** A key can expire meanwhile. */
const MEASURED = { most: 64, time: 60_000 }

export function makeKeyAnswers(answering: Answering, gates: Gates): KeyAnswers {
  const { indexes, keyring } = answering
  const measured = makeAnswers(indexes, MEASURED.most, MEASURED.time)
  return {
    key: async (name) => {
      const [row] = await keysNamed(keyring, name)
      return row === undefined ? undefined : armorPublicKey(row.bytes)
    },
    keyListings: (search) => {
      const look = () => keyListings(indexes, keyring, search)
      return readKeyName(search) === undefined ? gates.scanning.pass(look) : look()
    },
    rebuilders: (page) =>
      measured.remember(`list ${page.limit} ${page.after ?? ''}`, () =>
        rebuilders(answering, page),
      ),
    rebuilder: async (fingerprint) => {
      const { found } = await measured.remember(`one ${fingerprint.toUpperCase()}`, async () => ({
        found: await gates.knowing.pass(() => rebuilder(answering, fingerprint)),
      }))
      return found
    },
    isRebuilder: async (fingerprint) => (await countBy(answering, fingerprint)) > 0,
  }
}
