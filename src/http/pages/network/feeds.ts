import type { FeedDetail, FeedStatus } from '../../../contract/feed-status.ts'
import type { Content } from '../elements/html.ts'
import { html } from '../elements/html.ts'
import { layout, moreText } from '../elements/layout.ts'
import { shortPeer } from './peers.ts'
import { bytesText, certificationLink, countText, timeText } from '../elements/references.ts'
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
              ['feed', 'collection', 'owner', 'why', 'blocks', 'size', 'holes', 'state'],
              here.map((feed) => [
                feedLink(feed.key),
                feed.collection,
                owner(feed),
                feed.why,
                progress(feed),
                bytesText(feed.bytes),
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

export function feedPage(feed: FeedDetail): string {
  return layout(
    `Feed ${feed.key.slice(0, 16)}`,
    html`<dl>
        <dt>key</dt>
        <dd class="hex">${feed.key}</dd>
        <dt>collection</dt>
        <dd>${feed.collection}</dd>
        <dt>owner</dt>
        <dd class="hex">${feed.owner ?? 'unknown'}</dd>
        ${
          feed.previous === null
            ? null
            : html`<dt>replaces</dt>
                <dd>${feedLink(feed.previous)}</dd>`
        }
        <dt>here because</dt>
        <dd>${feed.why}</dd>
        <dt>state</dt>
        <dd>${stateOf(feed)}</dd>
        <dt>blocks</dt>
        <dd>
          ${progress(feed)} ${countText(feed.downloaded)} here, ${countText(feed.indexed)} indexed,
          of ${countText(feed.known)}
        </dd>
        <dt>size</dt>
        <dd>${bytesText(feed.bytes)}</dd>
      </dl>
      ${evidence(feed)}
      <h2>Heads as peers said them</h2>
      ${
        feed.heads.length === 0
          ? html`<p class="quiet">Nobody has said one yet.</p>`
          : table(
              ['peer', 'length', 'root', 'heard'],
              feed.heads.map(({ peerId, length, root, heardAt }) => [
                html`<span class="hex whole">${shortPeer(peerId)}</span>`,
                countText(length),
                html`<span class="hex whole">${root.slice(0, 16)}</span>`,
                timeText(heardAt),
              ]),
            )
      }
      ${
        feed.missing.length === 0
          ? null
          : html`<h2>Missing blocks</h2>
              ${table(
                ['sequence', 'what stood there'],
                feed.missing
                  .slice(0, SHOWN)
                  .map(({ sequence, names }) => [
                    countText(sequence),
                    names.length === 0
                      ? html`<span class="quiet">unknown</span>`
                      : names
                          .slice(0, 8)
                          .map(({ kind, id }) =>
                            kind === 'certification' ? html`${certificationLink(id)} ` : `${kind} `,
                          ),
                  ]),
              )}
              ${moreText(feed.missing.length, SHOWN)}`
      }
      ${
        feed.refusals.length === 0
          ? null
          : html`<h2>Entries of no use</h2>
              ${table(
                ['sequence', 'position', 'why'],
                feed.refusals
                  .slice(0, SHOWN)
                  .map(({ sequence, position, code }) => [
                    countText(sequence),
                    countText(position),
                    code,
                  ]),
              )}
              ${moreText(feed.refusals.length, SHOWN)}`
      }`,
  )
}

function evidence({ evidence: found }: FeedDetail): Content {
  if (found.length === 0) return null
  return html`<h2>Evidence</h2>
    <p class="no">
      Its writer has told two stories. What was here before stays, and nothing more is taken.
    </p>
    ${table(
      ['kind', 'signed heads', 'found', 'told by'],
      found.map(({ kind, heads, foundAt, peerId }) => [
        kind,
        heads.map(
          ({ length, fork, root }) =>
            html`<div>
              length ${countText(length)}, fork ${fork},
              <span class="hex">${root.slice(0, 16)}</span>
            </div>`,
        ),
        timeText(foundAt),
        html`<span class="hex whole">${shortPeer(peerId)}</span>`,
      ]),
    )}`
}

export const feedLink = (key: string): Content =>
  html`<a class="hex whole" href="/feeds/${key}">${key.slice(0, 16)}</a>`

function owner({ owner: peerId, why }: FeedStatus): Content {
  if (why === 'own' || why === 'former') return 'this node'
  return html`<span class="hex whole">${peerId === null ? '?' : shortPeer(peerId)}</span>`
}

/** How much of it is in the indexes. */
function progress({ indexed, known, state: how }: FeedStatus): Content {
  if (how === 'refused') return null
  return html`<progress value="${String(indexed)}" max="${String(Math.max(1, known))}"></progress>
    <span class="whole">${countText(indexed)} of ${countText(known)}</span>`
}

function stateOf({ state: how, reason, evidence: found }: FeedStatus): Content {
  const said = found.length > 0 ? 'frozen' : how
  return html`<span class="${said === 'following' ? 'yes' : 'no'}">${said}</span>${
      reason === null ? null : html`<div class="quiet long">${reason}</div>`
    }`
}
