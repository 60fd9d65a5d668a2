import type { CertificationDetail } from '../../repository/repository.ts'
import type { Artifact } from '../../certification/artifact.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { hrefOf, rebuilderLink, sourceText, stateText } from './references.ts'

/** Rows of a page. The JSON has all: an aggregate can have 2,488. */
const MAX_ROWS = 500

export function certificationPage(detail: CertificationDetail): string {
  const signature = detail.detached
    ? html` · <a href="/certifications/${detail.id}.asc">signature</a>`
    : null
  return layout(
    `Certification ${detail.id.slice(0, 16)}`,
    html`<dl>
        <dt>id</dt>
        <dd class="hex">${detail.id}</dd>
        <dt>state</dt>
        <dd>${stateText(detail.state, detail.counts)}</dd>
        <dt>rebuilder</dt>
        <dd>${rebuilderLink(detail.rebuilder)}</dd>
        <dt>key id</dt>
        <dd class="hex">${detail.keyId}</dd>
        <dt>signed</dt>
        <dd>${detail.signedAt}</dd>
        <dt>built</dt>
        <dd>${detail.builtAt ?? 'not said'}</dd>
        <dt>accepted</dt>
        <dd>${detail.acceptedAt}</dd>
        <dt>source</dt>
        <dd>
          ${detail.sources.slice(0, MAX_ROWS).map((source) => html`${sourceText(source)}<br />`)}
        </dd>
        <dt>path</dt>
        <dd><a href="${detail.path}">${detail.path}</a></dd>
        <dt>also as</dt>
        <dd>
          ${detail.aliases.slice(0, MAX_ROWS).map((alias) => html`${aliasOf(detail, alias)}<br />`)}
        </dd>
        <dt>kept in</dt>
        <dd>
          ${detail.places.map((place) => html`<span class="hex">${place.feed}</span> at ${place.sequence}<br />`)}
        </dd>
      </dl>
      <p>
        <a href="/certifications/${detail.id}">the signed text</a>${signature} ·
        <a href="/certifications/${detail.id}.json">JSON</a>
      </p>
      <h2>Artifacts</h2>
      <div class="wide">
        <table>
          <tr>
            <th>name</th>
            <th>bytes</th>
            <th>checksums</th>
          </tr>
          ${detail.artifacts.slice(0, MAX_ROWS).map(row)}
        </table>
      </div>
      ${rest(detail.artifacts.length)}`,
  )
}

/** Below its collection; a certification in several does not say below which. */
function aliasOf({ collections }: CertificationDetail, alias: string): Content {
  const [collection] = collections
  if (collection === undefined || collections.length > 1) return alias
  return html`<a href="${hrefOf([collection, ...alias.split('/')])}">${alias}</a>`
}

function row(artifact: Artifact): Content {
  const sums = artifact.checksums.map(
    ({ algorithm, hex }) =>
      html`${algorithm} <a class="hex" href="/artifacts/${algorithm}/${hex}">${hex}</a><br />`,
  )
  const group = artifact.group === undefined ? '' : `${artifact.group}:`
  return html`<tr>
    <td>${group}${artifact.name}</td>
    <td>${artifact.size}</td>
    <td>${sums}</td>
  </tr>`
}

function rest(count: number): Content {
  return count > MAX_ROWS
    ? html`<p class="quiet">and ${count - MAX_ROWS} more, in the JSON</p>`
    : null
}
