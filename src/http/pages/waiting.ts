import type { Waiting } from '../../contract/submission.ts'
import { html } from './elements/html.ts'
import { layout, nextLink } from './elements/layout.ts'
import { timeText } from './elements/references.ts'
import { table } from './elements/table.ts'

/** What this node keeps for a while because something is missing; nothing of it is verified. */
export function waitingPage(items: readonly Waiting[], next: string | undefined): string {
  const rows = items.map(({ collection, name, id, waitingFor, since, expires, next: how }) => [
    html`${collection} / ${name ?? ''} ${id === undefined ? null : html`<br /><code>${id}</code>`}`,
    waitingFor,
    since === undefined ? null : timeText(since),
    timeText(expires),
    how,
  ])
  return layout(
    'What waits',
    html`<p>
        Kept for a while, because a signature, a key or the file itself is missing. Nothing of it is
        verified, and no agreement counts it.
      </p>
      ${rows.length === 0 ? html`<p>Nothing waits here.</p>` : table(HEAD, rows)}${nextLink(next)}`,
  )
}

const HEAD = ['what', 'waits for', 'since', 'until', 'how to send that'] as const
