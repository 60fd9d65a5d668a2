import type { Page } from '../../../contract/repository.ts'
import type { CertificationSummary } from '../../../contract/certification.ts'
import { type ArtifactPicture, artifactPictures } from '../agreement/artifact-picture.ts'
import { type Content, html } from '../elements/html.ts'
import { dropForm } from '../elements/drop.ts'
import { live } from '../elements/live.ts'
import { layout, nextLink } from '../elements/layout.ts'
import { searchBox } from '../elements/search-box.ts'
import {
  certificationLink,
  dayText,
  type Names,
  rebuilderLink,
  sourceLink,
  stateText,
} from '../elements/references.ts'
import { table } from '../elements/table.ts'
import { withheldNote } from '../elements/withheld.ts'

/** What somebody looked for. */
export interface Asked {
  readonly title: string
  /** The conditions, as name and value. */
  readonly conditions: readonly (readonly [string, string])[]
  /** What to say if nothing fits, and what to try then. */
  readonly otherwise: string
  /** How many would fit and are withheld, where that can be said. */
  readonly withheld?: number
  /** Of artifacts: who gave which checksum. */
  readonly pictures?: readonly ArtifactPicture[]
  /** Does this node name anybody? */
  readonly hasPolicy?: boolean
}

export interface Answered {
  readonly page: Page<CertificationSummary>
  readonly names: Names
  readonly next: string | undefined
}

export function certificationsPage(asked: Asked, { page, names, next }: Answered): string {
  const nothing = next === undefined ? asked.otherwise : 'Nothing so far; there is more to look at.'
  const found =
    page.items.length === 0 ? html`<p>${nothing}</p>` : certificationTable(page.items, names)
  return layout(
    asked.title,
    html`${conditionList(asked.conditions)}${live(
      'found',
      ['certification', 'withholding', 'rejection'],
      html`${artifactPictures(asked.pictures ?? [], asked.hasPolicy === true)}${
        asked.pictures === undefined || page.items.length === 0
          ? null
          : html`<h2>Certifications</h2>`
      }${found}${withheldNote(asked.withheld ?? 0)}${nextLink(next)}`,
    )}
    ${searchBox()} ${dropForm()}`,
  )
}

function conditionList(conditions: Asked['conditions']): Content {
  if (conditions.length === 0) return null
  return html`<dl>
    ${conditions.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd class="hex">${value}</dd> `,
    )}
  </dl>`
}

/** @param standings by id, where the table says who agrees */
export function certificationTable(
  items: readonly CertificationSummary[],
  names: Names,
  standings?: ReadonlyMap<string, Content>,
): Content {
  const heads = ['source', 'rebuilder', 'signature', 'signed', 'certification']
  return table(
    standings === undefined ? heads : [...heads, 'rebuilders of it'],
    items.map((item) => [
      [
        item.sources.slice(0, 1).map((source) => sourceLink(source, item.collections[0])),
        more(item),
      ],
      rebuilderLink(item.rebuilder, names),
      stateText(item.state, item.counts),
      dayText(item.signedAt),
      certificationLink(item.id),
      ...(standings === undefined ? [] : [standings.get(item.id) ?? null]),
    ]),
  )
}

function more(item: CertificationSummary): Content {
  const others = item.sources.length - 1
  return others > 0 ? html` <span class="quiet">and ${others} more</span>` : null
}
