/* Keys, and what their owners have certified. */
import { armorPublicKey } from '../certification/signatures/public-key.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import { readKeyName } from '../base/fingerprint.ts'
import { keyListings, keysNamed } from './keys/key-listings.ts'
import type { QueryContext } from './queries/query-context.ts'
import { countBy, rebuilder, rebuilders } from './queries/rebuilders.ts'
import { makeAnswerCache } from './work-budget/answer-cache.ts'
import type { Gates } from './work-budget/gates.ts'

export type KeyAnswers = Pick<
  NodeRepository,
  'key' | 'keyListings' | 'rebuilders' | 'rebuilder' | 'isRebuilder'
>

/** A key can expire meanwhile. */
const MEASURED = { most: 64, time: 60_000 }

/**
 * Answers about keys and those who own them. What is costly is remembered for {@link MEASURED} as long as the indexes stay as
 * they are.
 */
export function makeKeyAnswers(context: QueryContext, gates: Gates): KeyAnswers {
  const { indexes, keyring } = context
  const answers = makeAnswerCache(indexes, MEASURED.most, MEASURED.time)
  return {
    key: async (name) => {
      const [row] = await keysNamed(keyring, name)
      return row === undefined ? undefined : armorPublicKey(row.bytes)
    },
    keyListings: (search) => {
      const look = () => keyListings(indexes, keyring, search)
      return readKeyName(search) === undefined ? gates.keySearch.pass(look) : look()
    },
    rebuilders: (page) =>
      answers.remember(`list ${page.limit} ${page.after ?? ''}`, () => rebuilders(context, page)),
    rebuilder: async (fingerprint) => {
      const { found } = await answers.remember(`one ${fingerprint.toUpperCase()}`, async () => ({
        found: await gates.rebuilder.pass(() => rebuilder(context, fingerprint)),
      }))
      return found
    },
    isRebuilder: async (fingerprint) => (await countBy(context, fingerprint)) > 0,
  }
}
