import type { RebuilderSummary } from '../../repository/node-repository.ts'
import type { CertificationSummary, Page } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { certificationTable } from './certifications.ts'
import { html } from './html.ts'
import { layout, nextLink } from './layout.ts'
import { rebuilderLink } from './references.ts'

export function rebuildersPage(page: Page<RebuilderSummary>, next: string | undefined): string {
  return layout(
    'Rebuilders',
    html`<div class="wide">
        <table>
          <tr>
            <th>key</th>
            <th>calls itself</th>
            <th>certifications</th>
            <th>agreement</th>
          </tr>
          ${page.items.map(
            (item) =>
              html`<tr>
                <td>${rebuilderLink(item.fingerprint)}</td>
                <td>${item.userIds.slice(0, 1)}</td>
                <td>${item.certifications}</td>
                <td>${rate(item)}</td>
              </tr> `,
          )}
        </table>
      </div>
      ${nextLink(next)}`,
  )
}

export function rebuilderPage(
  rebuilder: RebuilderSummary,
  newest: readonly CertificationSummary[],
): string {
  return layout(
    `Rebuilder ${rebuilder.fingerprint.slice(-16)}`,
    html`<dl>
        <dt>fingerprint</dt>
        <dd class="hex"><a href="/keys/${rebuilder.fingerprint}">${rebuilder.fingerprint}</a></dd>
        <dt>calls itself</dt>
        <dd>${rebuilder.userIds.map((userId) => html`${userId}<br />`)}</dd>
        <dt>certifications</dt>
        <dd>
          <a href="/certifications?rebuilder=${rebuilder.fingerprint}"
            >${rebuilder.certifications}</a
          >
        </dd>
        <dt>agreement</dt>
        <dd>${rate(rebuilder)}</dd>
      </dl>
      ${certificationTable(newest)}`,
  )
}

function rate(rebuilder: RebuilderSummary): Content {
  if (rebuilder.agreement === null) return html`<span class="quiet">nobody built the same</span>`
  const { agreeing, compared } = rebuilder.agreement
  return `${agreeing} of ${compared} artifacts`
}
