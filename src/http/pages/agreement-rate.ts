import type { RebuilderSummary } from '../../repository/rebuilder-summary.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { countText } from './references.ts'

type Rate = RebuilderSummary['agreement']

export const RATE_MEANS =
  'Agreement: of the artifacts that somebody else certified too, how many got the same checksum from another rebuilder. At most 100 certifications of each are measured.'

export function rateText(agreement: Rate): Content {
  if (agreement === null) return html`<span class="quiet">nothing to compare</span>`
  const { agreeing, compared } = agreement
  return `${countText(agreeing)} of ${countText(compared)} artifacts`
}

/** The words, and the same as a bar. */
export function rateBar(agreement: Rate): Content {
  if (agreement === null) return rateText(agreement)
  const { agreeing, compared } = agreement
  return html`<progress
      value="${agreeing}"
      max="${compared}"
      aria-label="agreement rate"
    ></progress>
    ${rateText(agreement)}`
}
