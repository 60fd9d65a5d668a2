import type { RebuilderSummary } from '../../repository/rebuilder-summary.ts'
import type { Page } from '../../repository/repository.ts'
import { RATE_MEANS, rateText } from './agreement-rate.ts'
import { html } from './html.ts'
import { live } from './live.ts'
import { layout, nextLink } from './layout.ts'
import { countText, type Names, rebuilderLink } from './references.ts'
import { table } from './table.ts'

const namesIn = ({ fingerprint, userIds: [name] }: RebuilderSummary): Names =>
  new Map(name === undefined ? [] : [[fingerprint, name]])

export function rebuildersPage(page: Page<RebuilderSummary>, next: string | undefined): string {
  const rows = page.items.map((item) => [
    rebuilderLink(item.fingerprint, namesIn(item)),
    countText(item.certifications),
    rateText(item.agreement),
  ])
  const body =
    rows.length === 0
      ? html`<p class="quiet">Nobody yet.</p>`
      : table(['rebuilder', 'certifications', 'agreement'], rows)
  return layout(
    'Rebuilders',
    html`<p class="quiet">${RATE_MEANS}</p>
      ${live('rebuilders', ['certification', 'withholding'], body)}${nextLink(next)}`,
  )
}
