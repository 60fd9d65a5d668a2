import { scopeInWords } from '../../contract/scope.ts'
import type { Status } from '../../contract/status.ts'
import { type Content, html } from './elements/html.ts'
import { layout } from './elements/layout.ts'
import { countText, timeText } from './elements/references.ts'
import { table } from './elements/table.ts'

export function statusPage(status: Status): string {
  const { items, bytes } = status.waiting
  return layout(
    'Status',
    html`<dl>
        ${
          status.name === null
            ? null
            : html`<dt>name</dt>
                <dd>${status.name}</dd>`
        }
        <dt>version</dt>
        <dd>${status.version}</dd>
        <dt>started</dt>
        <dd>${timeText(status.startedAt)}</dd>
        <dt>rebuilders</dt>
        <dd>${countText(status.rebuilders)}</dd>
        <dt>keys</dt>
        <dd>${countText(status.keys)}</dd>
        <dt>waiting</dt>
        <dd>
          ${
            items === 0
              ? 'nothing'
              : html`<a href="/certifications?state=waiting">${countText(items)}</a>, for a key, a
                  signature or a document (${countText(bytes)} bytes)`
          }
        </dd>
        <dt>peers</dt>
        <dd>
          <a href="/peers">${countText(status.peers)} connected</a>${
            status.isolated ? html`: <span class="no">isolated</span>` : ''
          }
        </dd>
        ${(status.absentVouchers ?? []).map(
          ({ peerId, count, until }) =>
            html`<dt>on the word of</dt>
              <dd>
                <span class="hex whole">${peerId}</span>, which is not connected:
                ${countText(count)} of <a href="/feeds">all feeds</a>, until ${timeText(until)}
              </dd>`,
        )}
        <dt>blocks</dt>
        <dd>
          <progress
            value="${String(status.blocks.indexed)}"
            max="${String(Math.max(1, status.blocks.known))}"
          ></progress>
          ${countText(status.blocks.indexed)} indexed, ${countText(status.blocks.here)} here, of
          ${countText(status.blocks.known)} in <a href="/feeds">all feeds</a>${
            status.ready ? '' : ': catching up'
          }
        </dd>
        ${scope(status)} ${copies(status)}
        <dt>follows</dt>
        <dd>${status.follow}${status.readOnly ? ', and is read-only' : ''}</dd>
        ${
          status.disk === null
            ? ''
            : html`<dt>disk</dt>
                <dd>
                  takes nothing since ${timeText(status.disk.since)}: ${status.disk.reason}
                  (${status.disk.cause})
                </dd>`
        }
        <dt>reached at</dt>
        <dd class="hex">
          ${
            status.addresses.length === 0
              ? 'nowhere: it only dials others'
              : status.addresses.map((address) => html`<div>${address}</div>`)
          }
        </dd>
        <dt>peer id</dt>
        <dd class="hex">${status.peerId}</dd>
      </dl>
      ${collections(status)} ${status.advice.map((advice) => html`<p class="quiet">${advice}</p>`)}`,
  )
}

function scope({ scope: kept, blocks }: Status): Content {
  if (kept === undefined) return null
  return html`<dt>keeps</dt>
    <dd>
      of the feeds of others ${scopeInWords(kept)}; ${countText(blocks.leftOut ?? 0)} blocks are
      left out
    </dd>`
}

function copies({ copies: found }: Status): Content {
  if (found === undefined || found.fewest === null) return null
  const { fewest, wanted, short } = found
  const few = `${countText(short)} ${short === 1 ? 'feed has' : 'feeds have'} fewer than ${wanted}`
  return html`<dt>copies</dt>
    <dd>
      ${countText(fewest)} at least of what it writes, on <a href="/feeds">other nodes</a>${
        short === 0 ? null : html`: <span class="no">${few}</span>`
      }
    </dd>`
}

function collections(status: Status): Content {
  return html`<h2>Collections</h2>
    ${table(
      ['collection', 'dialect', 'admits', 'certifications', 'blocks', 'indexed', 'feed'],
      status.collections.map((collection) => [
        html`<a href="/${collection.name}/">${collection.name}</a>`,
        collection.dialect,
        collection.admit,
        countText(collection.certifications),
        countText(collection.length),
        countText(collection.followed),
        html`<span class="hex">${collection.feed ?? 'none'}</span>`,
      ]),
    )}`
}
