import type { Difference } from '../../../certification/agreement/differences.ts'
import type { CertificationSummary, Comparison } from '../../../contract/certification.ts'
import { type Content, html } from '../elements/html.ts'
import { layout, moreText } from '../elements/layout.ts'
import {
  certificationLink,
  comparedPathOf,
  countText,
  hrefOf,
  type Names,
  rebuilderLink,
  sourceLink,
} from '../elements/references.ts'

/** Differences on a page; the JSON has all. */
const SHOWN = 1_000

/** Two builds beside each other. */
export function comparisonPage(comparison: Comparison, names: Names): string {
  const { left, right, differences, equal } = comparison
  // why comes before what: that the files differ is known to whoever asks
  const shown = differences
    .toSorted((one, other) => Number(isOfFiles(one)) - Number(isOfFiles(other)))
    .slice(0, SHOWN)
  return layout(
    'What differs between two builds',
    html`${back(left)}
      <div class="matrix" role="region" aria-label="Differences" tabindex="0">
        <table class="comparison">
          <thead>
            <tr>
              <th scope="col">${differences.length === 0 ? '' : 'field'}</th>
              <th scope="col">left: ${head(left, names)}</th>
              <th scope="col">right: ${head(right, names)}</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map(row)}
          </tbody>
        </table>
      </div>
      ${moreText(differences.length, SHOWN)}
      <p class="quiet">
        ${differences.length === 0 ? 'They say the same. ' : null}${countText(equal)}
        ${equal === 1 ? 'item is' : 'items are'} equal in both.
      </p>`,
  )
}

/** To the picture that it comes from. */
function back(summary: CertificationSummary): Content {
  const compared = comparedPathOf(summary)
  if (compared === undefined) return null
  return html`<p>
    <a href="/agreement${hrefOf(compared)}">Who agrees about ${compared.join(' / ')}?</a>
  </p>`
}

const isOfFiles = ({ field }: Difference): boolean =>
  field.startsWith('checksums') || field.startsWith('outputs')

function head(summary: CertificationSummary, names: Names): Content {
  return html`${rebuilderLink(summary.rebuilder, names)}<br />
    ${summary.sources.slice(0, 1).map((source) => sourceLink(source, summary.collections[0]))}<br />
    ${certificationLink(summary.id)}`
}

const row = ({ field, item, left, right }: Difference): Content =>
  html`<tr>
    <th scope="row">${item === '' ? field : html`<span class="quiet">${field}</span> ${item}`}</th>
    ${side(left)} ${side(right)}
  </tr> `

const side = (value: string | null): Content =>
  value === null ? html`<td class="quiet">absent</td>` : html`<td><code>${value}</code></td>`
