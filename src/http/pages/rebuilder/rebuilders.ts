import type { RebuilderSummary } from '../../../contract/rebuilder-summary.ts'
import type { Page } from '../../../contract/repository.ts'
import { rateMeaning, rateText } from './agreement-rate.ts'
import { html } from '../elements/html.ts'
import { live } from '../elements/live.ts'
import { layout, nextLink } from '../elements/layout.ts'
import { countText, type Names, rebuilderLink } from '../elements/references.ts'
import { table } from '../elements/table.ts'

const namesIn = ({ fingerprint, userIds: [name] }: RebuilderSummary): Names =>
  new Map(name === undefined ? [] : [[fingerprint, name]])

/** `next`: where the following ones are; `hasPolicy`: does this node name anybody? */
export function rebuildersPage(
  page: Page<RebuilderSummary>,
  { next, hasPolicy }: { readonly next: string | undefined; readonly hasPolicy: boolean },
): string {
  const rows = page.items.map((item) => [
    rebuilderLink(item.fingerprint, namesIn(item)),
    countText(item.certifications),
    rateText(item.agreement, hasPolicy),
  ])
  const body =
    rows.length === 0
      ? html`<p class="quiet">Nobody yet.</p>`
      : table(['rebuilder', 'certifications', 'agreement'], rows)
  return layout(
    'Rebuilders',
    html`<p class="quiet">${rateMeaning(hasPolicy)}</p>
      ${live('rebuilders', ['certification', 'withholding'], body)}${nextLink(next)}`,
  )
}
