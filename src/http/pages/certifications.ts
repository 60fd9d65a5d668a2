import type { CertificationSummary, Page } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout, nextLink } from './layout.ts'
import { certificationLink, rebuilderLink, sourceText, stateText } from './references.ts'

export function certificationsPage(
  page: Page<CertificationSummary>,
  next: string | undefined,
): string {
  return layout(
    'Certifications',
    html`${searchForm()}${
      page.items.length === 0 ? html`<p class="quiet">None.</p>` : certificationTable(page.items)
    }${nextLink(next)}`,
  )
}

function searchForm(): Content {
  return html`<form action="/artifacts">
    <label>Artifact by file name <input name="name" required maxlength="255" /></label>
    <button>find</button>
  </form>`
}

export function certificationTable(items: readonly CertificationSummary[]): Content {
  return html`<div class="wide">
    <table>
      <tr>
        <th>source</th>
        <th>rebuilder</th>
        <th>state</th>
        <th>signed</th>
        <th>certification</th>
      </tr>
      ${items.map(
        (item) =>
          html`<tr>
            <td>${item.sources.slice(0, 1).map(sourceText)}${more(item)}</td>
            <td>${rebuilderLink(item.rebuilder)}</td>
            <td>${stateText(item.state, item.counts)}</td>
            <td>${item.signedAt.slice(0, 10)}</td>
            <td>${certificationLink(item.id)}</td>
          </tr> `,
      )}
    </table>
  </div>`
}

function more(item: CertificationSummary): Content {
  const others = item.sources.length - 1
  return others > 0 ? html` <span class="quiet">and ${others} more</span>` : null
}
