/* Whether there are enough copies, and what a copy is. */
import { hasEntries, hasFewer, isOwn } from '../../../contract/copies.ts'
import type { KnownFeed, NetworkAnswer } from '../../../contract/network-answer.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'

const COUNTS =
  'A copy counts if blocks of the feed were read back from its node in the last day, and were right, and the operator named that node, or a peer that he named vouches for it. All behind one prefix of addresses are one copy. A claim is a node that only says so.'

/** In red what is lacking. */
export function copiesSentence(
  feeds: readonly KnownFeed[],
  copies: NetworkAnswer['copies'],
): Content {
  return html`${lack(feeds, copies)}
    <p class="quiet">How many other nodes have what is here. ${COUNTS}</p>`
}

function lack(
  feeds: readonly KnownFeed[],
  { wanted, short }: NonNullable<NetworkAnswer['copies']> = { wanted: 0, short: 0 },
): Content {
  if (short === 0) return wanted === 0 ? lonely(feeds) : null
  const own = feeds.filter((feed) => isOwn(feed) && hasFewer(feed, wanted)).length
  const alone = short - own
  return html`<p class="no">
    ${
      own === 0
        ? null
        : `Fewer than ${countText(wanted)} other ${wanted === 1 ? 'node has' : 'nodes have'} a copy of ${feedsText(own)} of this node, as min-copies wants. `
    }
    ${alone === 0 ? null : `Of ${feedsText(alone)} of others something is known to be here alone. `}
    More copies come with more peers: <code>countersign peers add URL</code>.
  </p>`
}

/** Nobody has said how many there should be: none is worth a word all the same. */
function lonely(feeds: readonly KnownFeed[]): Content {
  const count = feeds.filter(
    (feed) => isOwn(feed) && hasEntries(feed) && (feed.copies?.counted ?? 0) === 0,
  ).length
  if (count === 0) return null
  return html`<p class="no">
    No other node is known to have ${count === 1 ? 'a feed' : `${countText(count)} feeds`} of this
    node.
  </p>`
}

const feedsText = (count: number): string => (count === 1 ? '1 feed' : `${countText(count)} feeds`)
