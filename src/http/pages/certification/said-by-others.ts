import type {
  SameAndOtherwise,
  SaidByOthers,
} from '../../../certification/agreement/said-by-others.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'

/**
 * Says what others say of one certification: `1 other says the same, 1 says otherwise`. The rebuilders whom this node names
 * are shown in colour, all others without.
 * @param hasPolicy does this node name anybody?
 */
export function saidByOthersText({ named, others }: SaidByOthers, hasPolicy: boolean): Content {
  if ([named, others].every(({ same, otherwise }) => same + otherwise === 0))
    return html`<span class="quiet">nobody else has built it yet</span>`
  if (!hasPolicy) return words(others, '', '')
  return html`<a href="/policy">named</a>: ${words(named, 'yes', 'no')}<br /><span class="quiet"
      >not named: ${words(others, '', '')}</span
    >`
}

function words({ same, otherwise }: SameAndOtherwise, good: string, bad: string): Content {
  if (same + otherwise === 0) return html`<span class="quiet">nobody else has built it yet</span>`
  const agree = `${countText(same)} ${same === 1 ? 'other says' : 'others say'} the same`
  const differ = `${countText(otherwise)} ${otherwise === 1 ? 'says' : 'say'} otherwise`
  return html`${coloured(same === 0 ? '' : good, agree)},
  ${coloured(otherwise === 0 ? '' : bad, differ)}`
}

const coloured = (mark: string, text: string): Content =>
  mark === '' ? text : html`<span class="${mark}">${text}</span>`
