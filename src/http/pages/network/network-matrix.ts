/* Feeds against nodes: who has how much of what. */
import type { KnownFeed } from '../../../contract/network-answer.ts'
import { feedLink } from './feeds.ts'
import { type Content, html } from '../elements/html.ts'
import { moreText } from '../elements/layout.ts'
import { isRefuted, type KnownNode } from './network-nodes.ts'
import { shortPeer } from './peers.ts'
import { countText } from '../elements/references.ts'

const FEEDS_SHOWN = 60
const PEERS_SHOWN = 12
/** Names of more nodes stand upright. */
const UPRIGHT = 5

/** @param nodes this one first. @param feeds that are here */
export function networkMatrix(feeds: readonly KnownFeed[], nodes: readonly KnownNode[]): Content {
  const [own, ...peers] = nodes.filter(({ kind }) => kind !== 'apart')
  if (own === undefined) return null
  const columns = [own, ...peers.slice(0, PEERS_SHOWN)]
  return html`<div class="matrix" role="region" aria-label="Who has how much" tabindex="0">
      <table class="held${columns.length > UPRIGHT ? ' tall' : ''}">
        <thead>
          <tr>
            <th scope="col">feed</th>
            ${columns.map(head)}
          </tr>
        </thead>
        <tbody>
          ${about('connection', columns.map(connection))} ${about('node', columns.map(submissions))}
          ${feeds.slice(0, FEEDS_SHOWN).map((feed) => row(feed, own, columns))}
        </tbody>
      </table>
    </div>
    ${moreText(feeds.length, FEEDS_SHOWN, 'feeds')} ${moreText(peers.length, PEERS_SHOWN, 'peers')}`
}

function head({ peerId, kind, peer }: KnownNode): Content {
  if (kind === 'this') return html`<th scope="col" class="who">this node</th> `
  const url = peer?.publicUrl ?? ''
  return html`<th scope="col" class="who">
    <a class="hex" href="/peers" title="${peerId} ${url}">${shortPeer(peerId)}</a>
  </th> `
}

const about = (name: string, cells: readonly Content[]): Content =>
  html`<tr>
    <th scope="row" class="quiet">${name}</th>
    ${cells.map((said) => html`<td>${said}</td> `)}
  </tr>`

function connection({ kind, peer }: KnownNode): Content {
  if (kind === 'this') return NOTHING
  if (kind === 'away') return html`<span class="no" title="${peer?.failure ?? ''}">✗ none</span>`
  return `✓ ${peer?.direction ?? 'yes'}`
}

function submissions({ readOnly }: KnownNode): Content {
  if (readOnly === null) return html`<span class="quiet">not said</span>`
  return readOnly ? 'read-only' : 'writable'
}

function row(feed: KnownFeed, own: KnownNode, columns: readonly KnownNode[]): Content {
  const said = new Map(feed.heads.map(({ peerId, length }) => [peerId, length]))
  return html`<tr${isRefuted(feed) ? html` class="differs"` : null}>
    <th scope="row">
      ${feed.collection} ${feedLink(feed.key)}
      <div class="quiet">written by ${writer(feed, columns)}</div>
      ${trouble(feed)}
    </th>
    ${columns.map((node) =>
      node === own
        ? html`<td>${ownCell(feed)}</td> `
        : html`<td>${cell(said.get(node.peerId), feed.known, feed.owner === node.peerId)}</td> `,
    )}
  </tr>`
}

const WHY: Readonly<Record<KnownFeed['why'], string | undefined>> = {
  own: undefined,
  former: undefined,
  listed: 'named by the operator',
  peer: undefined,
  vouched: 'followed by a configured peer',
  stranger: 'a stranger',
}

function writer({ owner, why }: KnownFeed, columns: readonly KnownNode[]): Content {
  if (why === 'own') return 'this node'
  if (why === 'former') return 'this node, before'
  const name =
    owner === null
      ? 'a node that is not known'
      : html`<span class="hex whole">${shortPeer(owner)}</span>`
  const isPeer = columns.some(({ peerId }) => peerId === owner)
  const notes = [WHY[why], isPeer ? 'peer' : undefined].filter((note) => note !== undefined)
  return html`${name}${notes.length === 0 ? '' : `, ${notes.join(', ')}`}`
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

const NOTHING = html`<span class="quiet">·</span>`

function ownCell({ length, known, downloaded, indexed }: KnownFeed): Content {
  const here = Math.min(downloaded, length)
  return html`${bar(known, [
    ['have', here],
    ['indexed', indexed],
  ])}${lengthText(length, known, false)}
  ${here < length ? html`<div class="quiet">${countText(here)} here</div>` : null}
  ${indexed < here ? html`<div class="quiet">${countText(indexed)} indexed</div>` : null}`
}

function cell(length: number | undefined, known: number, isWriter: boolean): Content {
  if (length === undefined)
    return html`${NOTHING}<span class="said">nothing that is known here</span>`
  return html`${bar(known, [['have', length]])}${lengthText(length, known, isWriter)}`
}

/** Behind the longest head that is known, or as long. */
function lengthText(length: number, known: number, isWriter: boolean): Content {
  const lag = Math.max(0, known - length)
  const shown = lag === 0 ? countText(length) : `−${countText(lag)}`
  const words =
    lag === 0
      ? `whole: ${countText(length)} ${length === 1 ? 'block' : 'blocks'}`
      : `${countText(length)} of ${countText(known)} blocks, ${countText(lag)} behind`
  return html`<span aria-hidden="true" ${lag === 0 ? null : html` class="lag"`} title="${words}"
      >${shown}${isWriter ? ' ✎' : ''}</span
    ><span class="said">${words}${isWriter ? ', and writes it' : ''}</span>`
}

function bar(known: number, parts: readonly (readonly [name: string, length: number])[]): Content {
  const of = Math.max(1, known)
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" width="100" height="4" />
    ${parts.map(
      ([name, length]) =>
        html`<rect
          class="${name}"
          width="${Math.round((100 * Math.min(length, of)) / of)}"
          height="4"
        />`,
    )}
  </svg>`
}
