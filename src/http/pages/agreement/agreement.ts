import type { AgreementPage, ArtifactAgreement } from '../../../contract/agreement.ts'
import { contradictedFirst, summary } from './artifact-tallies.ts'
import { bar } from './bar.ts'
import type { VersionTally } from '../../../contract/version-tally.ts'
import { type Content, html } from '../elements/html.ts'
import { live } from '../elements/live.ts'
import { layout, nextLink } from '../elements/layout.ts'
import { type Column, columnsOf, matrix } from './matrix.ts'
import {
  certificationLink,
  crumbs,
  hrefOf,
  rebuilderLink,
  stateText,
  countText,
} from '../elements/references.ts'
import { withheldNote } from '../elements/withheld.ts'

/** Rows on a page. The largest real document has 2,488. */
const ROWS = 500
/** And so many letters, where rebuilders are many; but as many rows as can be read at once. */
const CELLS = 10_000
const FEWEST_ROWS = 20
/** Certifications that can be chosen to be compared. */
const CHOSEN = 200

const rowsBeside = (columns: number): number =>
  Math.max(FEWEST_ROWS, Math.min(ROWS, Math.floor(CELLS / Math.max(1, columns))))

const TRUNCATED =
  'There is more below this path than one answer compares. Of each rebuilder the newest are in it; a path with the version has more.'

const CUT = 'There are more artifacts than these pages show: the JSON has all.'

interface AskedAgreement {
  /** The artifact behind which this page begins, as {@link nameOf} writes it. */
  readonly after?: string | undefined
  readonly whole: boolean
  /** Does this node name anybody? */
  readonly hasPolicy: boolean
  /** Of all that is below that path; `null`: it is not known. */
  readonly tally: VersionTally | null
}

/**
 * Who gave which checksum: those about which somebody differs first.
 */
export function agreementPage(
  agreement: AgreementPage,
  { after, whole, hasPolicy, tally }: AskedAgreement,
): string {
  const { collection, path, artifacts, withheld = 0 } = agreement
  const segments = [collection, ...path.split('/')]
  const columns = columnsOf(artifacts)
  const rows = rowsBeside(columns.length)
  const sorted = contradictedFirst(artifacts)
  const from = after === undefined ? 0 : sorted.findIndex((one) => nameOf(one) === after) + 1
  const shown = sorted.slice(from, from + rows)
  const last = shown.at(-1)
  const isMore = last !== undefined && from + rows < sorted.length
  const href = `/agreement${hrefOf(segments)}`
  const next = isMore
    ? `${href}?${whole ? 'whole=true&' : ''}after=${encodeURIComponent(nameOf(last))}`
    : undefined
  return layout(
    `Agreement on ${segments.join(' / ')}`,
    live(
      'agreement',
      [`below:${hrefOf(segments).slice(1)}`, 'withholding', 'rejection'],
      html`${tally === null ? null : html`<p>${bar(tally)}</p> `}
        <p>
          ${summary(artifacts, hasPolicy)}
          ${columns.length === 0 ? null : html`<a href="#compare">What differs between two builds?</a>`}
        </p>
        ${agreement.truncated ? html`<p>${TRUNCATED}</p>` : null}
        ${agreement.next === undefined ? null : html`<p>${CUT}</p>`}
        ${wholeBuild(agreement, `${href}?whole=true`)}
        ${shown.length === 0 ? null : html`${legend()}${matrix(shown, columns)}`}
        ${nextLink(next)}${chooser(columns)} ${uncounted(agreement)}${withheldNote(withheld)}`,
    ),
    html`Agreement on ${crumbs(segments, true)}`,
  )
}

/** Of a module: where the rest of its build is. */
function wholeBuild({ artifacts, elsewhere = 0 }: AgreementPage, href: string): Content {
  if (elsewhere === 0) return null
  const all = countText(artifacts.length + elsewhere)
  return html`<p>
    These are the artifacts of this module. <a href="${href}">The whole build, ${all} artifacts</a>
  </p>`
}

/** As it stands in a cursor. */
const nameOf = ({ group, name }: ArtifactAgreement): string => `${group ?? ''}/${name}`

const legend = (): Content =>
  html`<p class="quiet">
    The same letter in a row is the same checksum; A is what most say, of those who are named first;
    a dot says nothing. It says who gave the same, not who is right.
  </p>`

/** Two of the certifications behind the picture, to see in what their builds differ. */
function chooser(columns: readonly Column[]): Content {
  const every = columns.flatMap(({ fingerprint, name, certifications }) =>
    certifications.map((id) => ({ id, fingerprint, name })),
  )
  // those who agree stand at one end, those who differ at the other
  const all =
    every.length <= CHOSEN ? every : [...every.slice(0, CHOSEN / 2), ...every.slice(-CHOSEN / 2)]
  if (all.length === 0) return null
  const [first, second] = [all[0]?.id, all.at(-1)?.id]
  const pick = (side: 'a' | 'b', id: string, name: string) =>
    html`<input
      type="radio"
      name="${side}"
      value="${id}"
      aria-label="${side === 'a' ? 'left' : 'right'}: ${name} ${id.slice(0, 16)}"
      ${id === (side === 'a' ? first : second) ? 'checked' : null}
    />`
  return html`<h2 id="compare">What differs between two builds</h2>
    <form action="/compare" method="get">
      <table class="chooser">
        <thead>
          <tr>
            <th scope="col">left</th>
            <th scope="col">right</th>
            <th scope="col">rebuilder and certification</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ({ id, fingerprint, name }) =>
              html`<tr>
                <td>${pick('a', id, name ?? fingerprint)}</td>
                <td>${pick('b', id, name ?? fingerprint)}</td>
                <td class="long">
                  ${rebuilderLink(fingerprint, new Map(name === null ? [] : [[fingerprint, name]]))}
                  ${certificationLink(id)}
                </td>
              </tr> `,
          )}
        </tbody>
      </table>
      ${all.length < 2 ? null : html`<button>Compare the two</button>`}
    </form>`
}

function uncounted(agreement: AgreementPage): Content {
  if (agreement.uncounted.length === 0) return null
  return html`<h2>Not counted</h2>
    <ul>
      ${agreement.uncounted.map(
        ({ id, state, rebuilder }) =>
          html`<li>
            ${stateText(state, false)} · ${rebuilderLink(rebuilder, new Map())} ·
            <span class="quiet">certification</span> ${certificationLink(id)}
          </li> `,
      )}
    </ul>`
}
