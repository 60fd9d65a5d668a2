/* Feeds against nodes: how many copies there are of each, and who has how much of it. */
import { hasEntries, hasFewer, isOwn } from '../../../contract/copies.ts'
import type { KnownFeed, NetworkAnswer } from '../../../contract/network-answer.ts'
import { type Content, html } from '../elements/html.ts'
import { moreText } from '../elements/layout.ts'
import { countText } from '../elements/references.ts'
import { copiesSentence } from './copies-sentence.ts'
import { feedLink } from './feeds.ts'
import { levelCell, lengthCell, ownLengthCell, ownLevelCell } from './network-cells.ts'
import { isRefuted, type KnownNode } from './network-nodes.ts'
import { called } from './node-called.ts'
import { shortPeer } from './peers.ts'

const FEEDS_SHOWN = 60
const LEAST_FEEDS = 20
const NODES_SHOWN = 50
/** Cells cost most of the page. */
const CELLS = 1_500
/** Names of more nodes stand upright, and their cells are small. */
const WIDE = 5

/** @param feeds that are here, those with evidence and own ones first @param nodes this one first */
export function networkCopies(
  feeds: readonly KnownFeed[],
  nodes: readonly KnownNode[],
  { copies }: Pick<NetworkAnswer, 'copies'>,
): Content {
  const [own, ...others] = nodes
  if (own === undefined || feeds.length === 0)
    return html`<h2 id="copies">Copies of each feed</h2>
      <p>No feed is here yet.</p>`
  const having = others.filter(isColumn(feeds))
  const columns = [own, ...having.slice(0, NODES_SHOWN)]
  const most = Math.max(LEAST_FEEDS, Math.floor(CELLS / columns.length))
  const shown = feedsInOrder(feeds).slice(0, Math.min(FEEDS_SHOWN, most))
  const isWide = columns.length <= WIDE
  return html`<h2 id="copies">Copies of each feed</h2>
    ${copiesSentence(feeds, copies)}
    <div
      class="matrix"
      role="region"
      aria-label="Copies of each feed, and who has how much"
      tabindex="0"
    >
      <table class="held ${isWide ? 'wide' : 'tall'}">
        <thead>
          <tr>
            <th scope="col">feed</th>
            <th scope="col">copies</th>
            ${columns.map(head)}
          </tr>
        </thead>
        <tbody>
          ${shown.map((feed) => row(feed, columns, { nodes, isWide, wanted: copies?.wanted ?? 0 }))}
        </tbody>
      </table>
    </div>
    ${moreText(feeds.length, shown.length, 'feeds')}
    ${moreText(having.length, NODES_SHOWN, 'nodes')}
    <p class="quiet">${columns.length === 1 ? null : LENGTHS} ${isWide ? NUMBERS : SQUARES}</p>`
}

const LENGTHS =
  'Of other nodes it is what they said of their copies last. ✓ stands where a copy counts, and ✎ at whoever writes the feed.'
const NUMBERS =
  'A number is the whole length in blocks, −3 is how many are lacking to the longest head that is known, · is not known. What is blue is in the indexes here.'
const SQUARES =
  'A square is full if nothing is lacking to the longest head that is known, · is not known. What is blue is in the indexes here.'

/** Peers, and who else has something of these feeds. */
function isColumn(feeds: readonly KnownFeed[]): (node: KnownNode) => boolean {
  const having = new Set(feeds.flatMap(({ heads }) => heads.map(({ peerId }) => peerId)))
  return ({ kind, peerId }) => kind !== 'apart' || having.has(peerId)
}

/** What has no entries yet is no news. */
const feedsInOrder = (feeds: readonly KnownFeed[]): readonly KnownFeed[] =>
  feeds.toSorted((one, other) => Number(isBare(one)) - Number(isBare(other)))

const isBare = (feed: KnownFeed): boolean => !isOwn(feed) && feed.known <= 1

function head({ kind, name, peerId }: KnownNode): Content {
  if (kind === 'this') return html`<th scope="col" class="held-by">this node</th> `
  const away = kind === 'connected' ? null : html`<span class="said">, not connected</span>`
  return html`<th scope="col" class="held-by ${kind}">${called(name, peerId)}${away}</th> `
}

/** The peer id first: a narrow screen cuts the end. */
const headText = ({ name, peerId }: KnownNode): string =>
  name === null ? shortPeer(peerId) : `${shortPeer(peerId)} ${name}`

interface Shown {
  readonly nodes: readonly KnownNode[]
  readonly isWide: boolean
  /** Copies; 0: the operator has not said. */
  readonly wanted: number
}

function row(feed: KnownFeed, columns: readonly KnownNode[], shown: Shown): Content {
  const said = new Map(feed.heads.map((one) => [one.peerId, one]))
  const counting = new Set(feed.copies?.peers)
  const ofOwn = shown.isWide ? ownLengthCell : ownLevelCell
  const ofOther = shown.isWide ? lengthCell : levelCell
  return html`<tr${isRefuted(feed) ? html` class="differs"` : null}>
    <th scope="row">
      ${feed.collection} ${feedLink(feed.key)}
      <div class="quiet">written by ${writer(feed, shown.nodes)}</div>
      ${trouble(feed)}
    </th>
    <td data-head="copies">${copiesCell(feed, shown.wanted)}</td>
    ${columns.map((node) =>
      node.kind === 'this'
        ? ofOwn(feed)
        : ofOther(feed, said.get(node.peerId), {
            counts: counting.has(node.peerId),
            writes: feed.owner === node.peerId,
            head: headText(node),
          }),
    )}
  </tr>`
}

/** How many there are; in red if there should be more. */
function copiesCell(feed: KnownFeed, wanted: number): Content {
  const { copies } = feed
  if (copies === undefined) return null
  if (!hasEntries(feed)) return html`<span class="quiet">no entries</span>`
  const { counted, claims, only } = copies
  const isFew = hasFewer(feed, wanted) || (isOwn(feed) && counted === 0)
  const of = isFew && wanted > 0 && isOwn(feed) ? ` of ${countText(wanted)}` : ''
  return html`<span class="${isFew ? 'no' : 'whole'}">${countText(counted)}${of}</span>${
      claims === 0
        ? null
        : html`<div class="quiet">${countText(claims)} ${claims === 1 ? 'claim' : 'claims'}</div>`
    }${only > 0 && counted > 0 ? html`<div class="quiet">${countText(only)} only here</div>` : null}`
}

const WHY: Readonly<Record<KnownFeed['why'], string | undefined>> = {
  own: undefined,
  former: undefined,
  listed: 'named by the operator',
  peer: undefined,
  vouched: 'followed by a configured peer',
  stranger: 'a stranger',
}

function writer({ owner, why }: KnownFeed, nodes: readonly KnownNode[]): Content {
  if (why === 'own') return 'this node'
  if (why === 'former') return 'this node, before'
  if (owner === null) return 'a node that is not known'
  const name = nodes.find(({ peerId }) => peerId === owner)?.name ?? null
  const reason = WHY[why]
  return html`${called(name, owner)}${reason === undefined ? null : `, ${reason}`}`
}

function trouble(feed: KnownFeed): Content {
  if (isRefuted(feed))
    return html`<div class="no">
      <a href="/feeds/${feed.key}">evidence: ${feed.evidence.map(({ kind }) => kind).join(', ')}</a>
    </div>`
  if (feed.state === 'following') return null
  return html`<div class="long">
    <span class="no">${feed.state}</span> <span class="quiet">${feed.reason}</span>
  </div>`
}
