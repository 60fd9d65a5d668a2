import { qualifiedName } from '../../../certification/artifacts/artifact.ts'
import type { VoterGroup } from '../../../certification/agreement/judge.ts'
import type { RebuilderDetail } from '../../../contract/rebuilder-detail.ts'
import { type Content, html } from '../elements/html.ts'
import { certificationLink, countText, hrefOf } from '../elements/references.ts'
import { table } from '../elements/table.ts'

/** Rows on a page, for each group. */
const ROWS = 20
/** Certifications in one row: of one rebuilder about one artifact there is rarely a second. */
const CERTIFICATIONS = 3

/** Against whom a rebuilder is held. */
interface ComparedVoters {
  readonly voters: VoterGroup
  readonly mark: string
  readonly are: string
  readonly nobody: string
}

const NAMED: ComparedVoters = {
  voters: 'named',
  mark: 'no',
  are: 'named ones',
  nobody: 'nobody else who is named',
}
const EVERYBODY: ComparedVoters = {
  voters: 'others',
  mark: 'plain',
  are: 'others',
  nobody: 'nobody else',
}

/** About which artifacts others contradict a rebuilder, and which nobody else certified. */
export function contradictionsSection(rebuilder: RebuilderDetail, hasPolicy: boolean): Content {
  if (rebuilder.measured.counting === 0) return html`<p>${NOTHING_COUNTS}</p>`
  const compared = hasPolicy ? NAMED : EVERYBODY
  return html`${contradictions(rebuilder, compared)} ${unsharedText(rebuilder, compared)}
  ${hasPolicy ? beside(rebuilder) : null} ${unfinished(rebuilder, hasPolicy)}`
}

const NOTHING_COUNTS =
  'None of its certifications counts, so that nothing is compared. The list of the newest says why.'

const artifacts = (count: number): string =>
  count === 1 ? '1 artifact' : `${countText(count)} artifacts`

function unsharedText(
  { measured, agreement }: RebuilderDetail,
  { voters, are, nobody }: ComparedVoters,
): Content {
  const [contradicted, unshared] = [measured.contradicted[voters], measured.unshared[voters]]
  const shared = agreement[voters]?.compared ?? 0
  const { weak } = measured
  const lines = [
    contradicted === 0 && shared > 0
      ? `With none of the ${artifacts(shared)} that ${are} certified too.`
      : '',
    unshared === 0 ? '' : `${artifacts(unshared)} ${nobody} certified.`,
    weak === 0
      ? ''
      : `${artifacts(weak)} it gave only MD5 or SHA-1 for: no agreement rests on these.`,
    contradicted + shared + unshared + weak === 0 ? nothing(measured) : '',
  ].filter((line) => line !== '')
  return lines.length === 0
    ? null
    : html`<ul>
        ${lines.map((line) => html`<li>${line}</li> `)}
      </ul>`
}

function contradictions(
  { measured }: RebuilderDetail,
  { voters, mark, are }: ComparedVoters,
): Content {
  const contradicted = measured.contradicted[voters]
  if (contradicted === 0) return null
  const found = measured.contradictions.filter((one) => one.camp === voters)
  const left = contradicted - Math.min(found.length, ROWS)
  return html`<p>
      <span class="${mark}">${artifacts(contradicted)}</span>: ${are} gave another checksum, and as
      many or more of them than gave the same.
    </p>
    ${contradictionTable(found)}
    ${left > 0 ? html`<p class="quiet">and ${countText(left)} more</p>` : null}`
}

/** What those say whom nobody names; where the named say something, they are not held up against it. */
function beside({ measured }: RebuilderDetail): Content {
  const contradicted = measured.contradicted.others
  if (contradicted === 0) return null
  const found = measured.contradictions.filter(({ camp: voters }) => voters === 'others')
  return html`<div class="quiet">
    <p>
      Others, who are not named: of ${artifacts(contradicted)} they gave another checksum, and as
      many or more of them than gave the same.
      ${found.length > 0 ? 'About these no named one says anything that can be compared:' : null}
    </p>
    ${found.length > 0 ? contradictionTable(found) : null}
  </div>`
}

function contradictionTable(found: RebuilderDetail['measured']['contradictions']): Content {
  return table(
    ['artifact', 'compared in', 'say the same', 'say another', 'certification'],
    found
      .slice(0, ROWS)
      .map(({ collection, path, name, group, same, other, certifications }) => [
        html`<span class="long">${qualifiedName({ group, name })}</span>`,
        html`<a href="/agreement${hrefOf([collection, ...path.split('/')])}"
          >${collection} / ${path.replaceAll('/', ' / ')}</a
        >`,
        same === 0 ? 'nobody else' : countText(same),
        countText(other),
        certifications.slice(0, CERTIFICATIONS).map((id) => html`${certificationLink(id)} `),
      ]),
  )
}

const nothing = ({ complete }: RebuilderDetail['measured']): string =>
  complete ? 'There is nothing to compare.' : 'Nothing of it was compared.'

const NEVER_LEFT_OUT =
  '; those whom nobody names can be left out, and of each who is named the newest certifications are compared'

/** Where this is not all. */
function unfinished({ measured }: RebuilderDetail, hasPolicy: boolean): Content {
  if (measured.complete) return null
  return html`<p class="quiet">
    Of some versions more was certified than is
    compared${hasPolicy ? NEVER_LEFT_OUT : '; what is left out can be its own'}.
  </p>`
}
