import { qualifiedName } from '../../certification/artifact.ts'
import type { RebuilderDetail } from '../../repository/rebuilder-detail.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { certificationLink, countText, hrefOf } from './references.ts'
import { table } from './table.ts'

/** Rows on a page. */
const ROWS = 20
/** Certifications in one row: of one rebuilder about one artifact there is rarely a second. */
const CERTIFICATIONS = 3

/** About which artifacts others contradict a rebuilder, and which nobody else certified. */
export function standsAlone(rebuilder: RebuilderDetail, hasPolicy: boolean): Content {
  const { measured, agreement } = rebuilder
  const { contradicted, unshared, weak } = measured
  if (measured.counting === 0)
    return html`<p>${NOTHING_COUNTS}</p>
      ${looked(rebuilder)}`
  const shared = agreement?.compared ?? 0
  return html`${contradicted === 0 ? null : contradictions(rebuilder, hasPolicy)}
    <ul>
      ${
        contradicted === 0 && shared > 0
          ? html`<li>With none of the ${artifacts(shared)} that others certified too.</li> `
          : null
      }
      ${unshared === 0 ? null : html`<li>${artifacts(unshared)} nobody else certified.</li> `}
      ${
        weak === 0
          ? null
          : html`<li>
              ${artifacts(weak)} it gave only MD5 or SHA-1 for: no agreement rests on these.
            </li> `
      }
      ${
        contradicted + shared + unshared + weak === 0
          ? html`<li>There is nothing to compare.</li>`
          : null
      }
    </ul>
    ${looked(rebuilder)}`
}

const NOTHING_COUNTS =
  'None of its certifications that were looked at counts, so that nothing is compared. The list of the newest says why.'

const artifacts = (count: number): string =>
  count === 1 ? '1 artifact' : `${countText(count)} artifacts`

function contradictions(
  { measured: { contradicted, contradictions: all } }: RebuilderDetail,
  hasPolicy: boolean,
): Content {
  const shown = all.slice(0, ROWS)
  return html`<p>
      <span class="${hasPolicy ? 'no' : 'plain'}">${artifacts(contradicted)}</span>:
      ${hasPolicy ? 'named ones' : 'others'} gave another checksum, and as many or more of them than
      gave the same.
    </p>
    ${table(
      ['artifact', 'compared in', 'say the same', 'say another', 'certification'],
      shown.map(({ collection, path, name, group, same, other, certifications }) => [
        html`<span class="long">${qualifiedName({ group, name })}</span>`,
        html`<a href="/agreement${hrefOf([collection, ...path.split('/')])}"
          >${collection} / ${path.replaceAll('/', ' / ')}</a
        >`,
        same === 0 ? 'nobody else' : countText(same),
        countText(other),
        certifications.slice(0, CERTIFICATIONS).map((id) => html`${certificationLink(id)} `),
      ]),
    )}
    ${
      contradicted > shown.length
        ? html`<p class="quiet">and ${countText(contradicted - shown.length)} more</p>`
        : null
    }`
}

/** What this rests on, where it is not all. */
function looked({ measured, certifications }: RebuilderDetail): Content {
  const parts = [
    measured.certifications < certifications
      ? `This is by ${countText(measured.certifications)} of its ${countText(certifications)} certifications.`
      : '',
    measured.complete ? '' : 'Not all of them could be compared in the time for one answer.',
  ].filter((part) => part !== '')
  return parts.length === 0 ? null : html`<p class="quiet">${parts.join(' ')}</p>`
}
