import type { Hit, SearchAnswer } from '../../../contract/listing.ts'
import type { Status } from '../../../contract/status.ts'
import { catchingUp } from './catching-up.ts'
import { dropForm } from './drop.ts'
import { type Content, html } from './html.ts'
import { layout } from './layout.ts'

/** One box for everything. */
export function searchBox(query = ''): Content {
  return html`<form class="search" action="/search" method="get" role="search">
    <label for="q">Package, version, file name, checksum, fingerprint or id</label>
    <input id="q" name="q" type="search" value="${query}" maxlength="512" required />
    <button>Find</button>
  </form>`
}

/** @param status of this node, where nothing was found */
export function searchPage(
  query: string,
  { hits, near }: SearchAnswer,
  status: Status | undefined,
): string {
  return layout(
    hits.length > 0 ? `Found for “${query}”` : 'Nothing of that name here',
    html`${searchBox(query)} ${status === undefined ? null : catchingUp(status)}
    ${hits.length > 0 ? hitList(hits) : nothing(near)} ${dropForm()}`,
  )
}

/** Where they lead. */
export const hitList = (hits: readonly Hit[]): Content =>
  html`<ul>
    ${hits.map(
      ({ kind, name, url }) =>
        html`<li><a href="${url}">${name}</a> <span class="quiet">${kind}</span></li> `,
    )}
  </ul>`

const nothing = (near: readonly Hit[]): Content =>
  near.length === 0
    ? html`<p>
        This node has no certification of it. Another may: a node has what its peers have, once it
        follows them.
      </p>`
    : html`<p>Did you mean</p>
        ${hitList(near)}`
