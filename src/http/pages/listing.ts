import type { ListingEntry, Page } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout, nextLink } from './layout.ts'
import { certificationLink, hrefOf } from './references.ts'

/** @param segments decoded, the collection first */
export function listingPage(
  segments: readonly string[],
  page: Page<ListingEntry>,
  next: string | undefined,
): string {
  const crumbs = segments.map((segment, index) => {
    const href = `${hrefOf(segments.slice(0, index + 1))}/`
    return html`${index === 0 ? '' : ' / '}<a href="${href}">${segment}</a>`
  })
  const compare = segments.length > 2 ? agreementLink(segments) : null
  const body =
    page.items.length === 0
      ? html`<p class="quiet">Nothing here yet.</p>`
      : html`<div class="wide">
          <table>
            <tr>
              <th>name</th>
              <th>certification</th>
            </tr>
            ${page.items.map(row)}
          </table>
        </div>`
  return layout(
    segments.join(' / '),
    html`<p>${crumbs}</p>
      ${compare}${body}${nextLink(next)}`,
  )
}

function row(entry: ListingEntry): Content {
  const href = hrefOf(entry.path.split('/'))
  const isFolder = entry.type === 'collection'
  const shown = isFolder ? `${entry.name}/` : entry.name
  return html`<tr>
    <td><a href="${isFolder ? `${href}/` : href}">${shown}</a></td>
    <td>${entry.id === undefined ? null : certificationLink(entry.id)}</td>
  </tr>`
}

function agreementLink(segments: readonly string[]): Content {
  return html`<p><a href="/agreement${hrefOf(segments)}">Who agrees about these artifacts</a></p>`
}
