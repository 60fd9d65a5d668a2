import type { FeedStatus } from '../../../contract/feed-status.ts'
import { type Content, html } from '../elements/html.ts'
import { layout, moreText } from '../elements/layout.ts'
import { shortPeer } from './peers.ts'
import { bytesText, countText, timeText } from '../elements/references.ts'
import { table } from '../elements/table.ts'

const SHOWN = 100

export function feedsPage(feeds: readonly FeedStatus[]): string {
  const here = feeds.filter(({ state }) => state !== 'refused')
  const refused = feeds.filter(({ state }) => state === 'refused')
  return layout(
    'Feeds',
    html`<p class="quiet">
        A feed is a signed log that one node writes. This node copies others' so that nothing is
        lost when one dies.
      </p>
      ${
        here.length === 0
          ? html`<p>No feed is here.</p>`
          : table(
              ['feed', 'collection', 'owner', 'why', 'blocks', 'size', 'copies', 'holes', 'state'],
              here.map((feed) => [
                feedLink(feed.key),
                feed.collection,
                owner(feed),
                whyHere(feed),
                progress(feed),
                bytesText(feed.bytes),
                copiesText(feed.copies),
                countText(feed.holes),
                stateOf(feed),
              ]),
            )
      }
      ${
        refused.length === 0
          ? null
          : html`<h2>Offered and not copied</h2>
              ${table(
                ['feed', 'collection', 'owner', 'blocks', 'why not'],
                refused
                  .slice(0, SHOWN)
                  .map((feed) => [
                    feedLink(feed.key),
                    feed.collection,
                    owner(feed),
                    countText(feed.known),
                    html`<span class="long">${feed.reason}</span>`,
                  ]),
              )}
              ${moreText(refused.length, SHOWN)}`
      }`,
  )
}

/** Why it is here; of what is copied on the word of a peer that is not connected, until when. */
export function whyHere({ why, vouchedBy }: FeedStatus): Content {
  if (vouchedBy === undefined || vouchedBy === null) return why
  const { peerId, until } = vouchedBy
  return html`${why} by <span class="hex whole">${shortPeer(peerId)}</span>${
      until === null ? null : html`, which is not connected, until ${timeText(until)}`
    }`
}

export const feedLink = (key: string): Content =>
  html`<a class="hex whole" href="/feeds/${key}">${key.slice(0, 16)}</a>`

/** How many other nodes have it; red if none has. */
export function copiesText(copies: FeedStatus['copies']): Content {
  if (copies === undefined) return null
  const { counted, claims } = copies
  const said = counted === 0 ? html`<span class="no">0</span>` : countText(counted)
  return claims === 0
    ? said
    : html`${said} <span class="quiet">and ${countText(claims)} who say so</span>`
}

function owner({ owner: peerId, why }: FeedStatus): Content {
  if (why === 'own' || why === 'former') return 'this node'
  return html`<span class="hex whole">${peerId === null ? '?' : shortPeer(peerId)}</span>`
}

/** How much of it is in the indexes. */
export function progress({ indexed, known, state: how }: FeedStatus): Content {
  if (how === 'refused') return null
  return html`<progress value="${String(indexed)}" max="${String(Math.max(1, known))}"></progress>
    <span class="whole">${countText(indexed)} of ${countText(known)}</span>`
}

export function stateOf({ state: how, reason, evidence: found }: FeedStatus): Content {
  const said = found.length > 0 ? 'frozen' : how
  return html`<span class="${said === 'following' ? 'yes' : 'no'}">${said}</span>${
      reason === null ? null : html`<div class="quiet long">${reason}</div>`
    }`
}
