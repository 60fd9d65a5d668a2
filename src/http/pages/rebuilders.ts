import { keyIdOf } from '../../certification/signatures/key-id.ts'
import type { RebuilderSummary } from '../../repository/node-repository.ts'
import type { CertificationSummary, Page } from '../../repository/repository.ts'
import { certificationTable } from './certifications.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout, nextLink } from './layout.ts'
import { countText, rebuilderLink } from './references.ts'
import { table } from './table.ts'

export function rebuildersPage(page: Page<RebuilderSummary>, next: string | undefined): string {
  const rows = page.items.map((item) => [
    rebuilderLink(item.fingerprint, new Map()),
    html`<span class="long">${item.userIds.slice(0, 1)}</span>`,
    countText(item.certifications),
    rate(item),
  ])
  const body =
    rows.length === 0
      ? html`<p class="quiet">Nobody yet.</p>`
      : table(['key id', 'calls itself', 'certifications', 'agreement'], rows)
  return layout(
    'Rebuilders',
    html`<p class="quiet">${RATE}</p>
      ${body}${nextLink(next)}`,
  )
}

const RATE =
  'Agreement: of the artifacts that somebody else certified too, how many got the same checksum from another rebuilder. At most 100 certifications of each are measured.'

/** @param newest some of its certifications */
export function rebuilderPage(
  rebuilder: RebuilderSummary,
  newest: readonly CertificationSummary[],
): string {
  const { fingerprint, userIds } = rebuilder
  const [name] = userIds
  return layout(
    `Rebuilder ${keyIdOf(fingerprint)}`,
    html`<dl>
        <dt>calls itself</dt>
        <dd>
          ${userIds.length === 0 ? 'nothing' : userIds.map((userId) => html`${userId}<br />`)}
        </dd>
        <dt>fingerprint</dt>
        <dd class="hex">${fingerprint}</dd>
        <dt>public key</dt>
        <dd><a href="/keys/${fingerprint}">/keys/${fingerprint}</a></dd>
        <dt>certifications</dt>
        <dd>
          <a href="/certifications?rebuilder=${fingerprint}"
            >${countText(rebuilder.certifications)}</a
          >
        </dd>
        <dt>agreement</dt>
        <dd>${rate(rebuilder)}</dd>
      </dl>
      <p class="quiet">${RATE}</p>
      <h2>Certifications</h2>
      ${certificationTable(newest, new Map(name === undefined ? [] : [[fingerprint, name]]))}`,
  )
}

function rate(rebuilder: RebuilderSummary): Content {
  if (rebuilder.agreement === null) return html`<span class="quiet">nothing to compare</span>`
  const { agreeing, compared } = rebuilder.agreement
  return `${agreeing} of ${compared} artifacts`
}
