import type { FeedDetail } from '../../../contract/feed-status.ts'
import { type Content, html } from '../elements/html.ts'
import { layout, moreText } from '../elements/layout.ts'
import { bytesText, certificationLink, countText, timeText } from '../elements/references.ts'
import { table } from '../elements/table.ts'
import { copiesText, feedLink, progress, stateOf, whyHere } from './feeds.ts'
import { shortPeer } from './peers.ts'

/** At most, of missing blocks and of entries of no use. */
const SHOWN = 100
/** At most, of one missing block. */
const NAMES = 8

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
        <dd>${whyHere(feed)}</dd>
        <dt>state</dt>
        <dd>${stateOf(feed)}</dd>
        <dt>blocks</dt>
        <dd>
          ${progress(feed)} ${countText(feed.downloaded)} here, ${countText(feed.indexed)} indexed,
          of ${countText(feed.known)}
        </dd>
        <dt>size</dt>
        <dd>${bytesText(feed.bytes)}</dd>
        ${copiesOf(feed)}
        <dt>heard of its owner</dt>
        <dd>
          ${typeof feed.freshness === 'string' ? timeText(feed.freshness) : 'not for 30 days'}
        </dd>
      </dl>
      ${evidence(feed)}
      <h2>Heads as peers said them</h2>
      ${saidHeads(feed)} ${copyingPeers(feed)} ${haves(feed)} ${missing(feed)} ${refusals(feed)}`,
  )
}

function saidHeads({ heads: said }: FeedDetail): Content {
  if (said.length === 0) return html`<p class="quiet">Nobody has said one yet.</p>`
  return table(
    ['peer', 'length', 'root', 'heard'],
    said.map(({ peerId, length, root, heardAt }) => [
      html`<span class="hex whole">${shortPeer(peerId)}</span>`,
      countText(length),
      html`<span class="hex whole">${root.slice(0, 16)}</span>`,
      timeText(heardAt),
    ]),
  )
}

function copiesOf({ copies }: FeedDetail): Content {
  if (copies === undefined) return null
  const { only } = copies
  return html`<dt>copies</dt>
    <dd>
      ${copiesText(copies)}${
        only === 0
          ? null
          : html`: <span class="no">${countText(only)} blocks are known to be here alone</span>`
      }
    </dd>`
}

function copyingPeers({ copies }: FeedDetail): Content {
  if (copies === undefined || copies.peers.length === 0) return null
  return html`<h2>Who has a copy</h2>
    <p class="quiet">
      A copy counts if blocks were read back from its peer in the last day, and the operator named
      that peer, or somebody whom he named vouches for it. All behind one prefix of addresses are
      one copy.
    </p>
    ${table(
      ['peer', 'name', 'counts', 'read back', 'was wrong'],
      copies.peers.map(({ peerId, name, counts, checkedAt, failedAt }) => [
        html`<span class="hex whole">${shortPeer(peerId)}</span>`,
        name ?? '',
        counts ? html`<span class="yes">yes</span>` : 'only says so',
        checkedAt === null ? 'never' : timeText(checkedAt),
        failedAt === null ? '' : html`<span class="no">${timeText(failedAt)}</span>`,
      ]),
    )}`
}

function haves({ statements = [] }: FeedDetail): Content {
  if (statements.length === 0) return null
  return html`<h2>What peers say that they have</h2>
    ${table(
      ['peer', 'length', 'lacking', 'said'],
      statements.map(({ peerId, thisNode, length, lacking, time }) => [
        thisNode ? 'this node' : html`<span class="hex whole">${shortPeer(peerId)}</span>`,
        countText(length),
        countText(lacking),
        timeText(time),
      ]),
    )}`
}

function missing({ missing: blocks }: FeedDetail): Content {
  if (blocks.length === 0) return null
  return html`<h2>Missing blocks</h2>
    ${table(
      ['sequence', 'what stood there'],
      blocks.slice(0, SHOWN).map(({ sequence, names }) => [countText(sequence), namesOf(names)]),
    )}
    ${moreText(blocks.length, SHOWN)}`
}

function namesOf(names: FeedDetail['missing'][number]['names']): Content {
  if (names.length === 0) return html`<span class="quiet">unknown</span>`
  return names
    .slice(0, NAMES)
    .map(({ kind, id }) =>
      kind === 'certification' ? html`${certificationLink(id)} ` : `${kind} `,
    )
}

function refusals({ refusals: entries }: FeedDetail): Content {
  if (entries.length === 0) return null
  return html`<h2>Entries of no use</h2>
    ${table(
      ['sequence', 'position', 'why'],
      entries
        .slice(0, SHOWN)
        .map(({ sequence, position, code }) => [countText(sequence), countText(position), code]),
    )}
    ${moreText(entries.length, SHOWN)}`
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
