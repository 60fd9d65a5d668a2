/* How often one says what others say: with a policy by the named, and by others in grey beside it. */
import type { Rate, RebuilderSummary } from '../../../contract/rebuilder-summary.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'

type Agreement = RebuilderSummary['agreement']

/** @param hasPolicy does this node name anybody? */
export function rateMeaning(hasPolicy: boolean): Content {
  if (!hasPolicy)
    return `Agreement: for how many of the artifacts that others certified too another one gave the same checksum, and more did so than gave any one other. ${COUNTED}`
  return html`Agreement: for how many of the artifacts that those certified too whom this node
    <a href="/policy">names</a> another one of them gave the same checksum, and more did so than
    gave any one other. Beside it the same by all others. ${COUNTED}`
}

const COUNTED = 'All versions count; in each the newest 64 certifications of a rebuilder do.'

export function rateText({ named, others }: Agreement, hasPolicy: boolean): Content {
  if (!hasPolicy) return words(others)
  return html`${words(named)}<br /><span class="quiet">others: ${words(others)}</span>`
}

/** The words, and the same as a bar. */
export function rateBar(agreement: Agreement, hasPolicy: boolean): Content {
  const text = rateText(agreement, hasPolicy)
  const shown = hasPolicy ? agreement.named : agreement.others
  if (shown === null) return text
  return html`<progress
      value="${shown.agreeing}"
      max="${shown.compared}"
      aria-label="agreement rate"
      class="${hasPolicy ? 'named' : 'quiet'}"
    ></progress>
    ${text}`
}

function words(rate: Rate | null): Content {
  if (rate === null) return html`<span class="quiet">nothing to compare</span>`
  return `${countText(rate.agreeing)} of ${countText(rate.compared)} artifacts`
}
