import type { Page } from '../../../contract/repository.ts'
import type { WithheldSummary } from '../../../contract/withheld-answers.ts'
import { type Content, html } from './html.ts'
import { live } from './live.ts'
import { layout, nextLink } from './layout.ts'
import { countText, timeText } from './references.ts'
import { table } from './table.ts'

export function withheldPage(page: Page<WithheldSummary>, next: string | undefined): string {
  const rows = page.items.map(({ id, reason, code, at, feed, collections }) => [
    html`<span class="hex whole">${id.slice(0, 16)}</span>`,
    collections.join(', '),
    code,
    html`<span class="long">${reason}</span>`,
    timeText(at),
    feed === null
      ? html`<span class="quiet">this node only</span>`
      : html`<a class="hex whole" href="/feeds/${feed}">${feed.slice(0, 16)}</a>`,
  ])
  const heading = ['certification', 'collection', 'code', 'reason', 'since', 'said in feed']
  return layout(
    'Withheld',
    html`<p class="quiet">${EXPLAINED}</p>
      ${live(
        'withheld',
        ['withholding', 'restoration'],
        rows.length === 0 ? html`<p>Nothing is withheld here.</p>` : table(heading, rows),
      )}
      ${nextLink(next)}`,
  )
}

const EXPLAINED =
  'What this node took away, and why. Its feeds still prove that something stood there; other nodes may have it.'

/** Under a listing that would be longer. */
export function withheldNote(count: number): Content {
  if (count === 0) return null
  const what = count === 1 ? 'certification is' : 'certifications are'
  return html`<p class="quiet">
    ${countText(count)} more ${what} <a href="/withheld">withheld</a> by this node.
  </p>`
}
