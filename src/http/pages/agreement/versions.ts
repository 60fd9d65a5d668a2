import type { VersionEntry } from '../../../contract/version-page.ts'
import { bar } from './bar.ts'
import { type Content, html } from '../elements/html.ts'
import { hrefOf } from '../elements/references.ts'
import { table } from '../elements/table.ts'

const LEGEND =
  'Of each version: who gave the same checksums, and who gave others. The same letter is the same checksum, A what most say.'
const UNSORTED =
  'There are too many names here to sort them: they stand in the order of their letters.'

/** Versions as they come, each with its bar. */
export function versionTable(
  versions: readonly (VersionEntry & Required<Pick<VersionEntry, 'tally'>>)[],
  isSorted: boolean,
): Content {
  return html`<p class="quiet">${isSorted ? 'Newest version first.' : UNSORTED} ${LEGEND}</p>
    ${table(
      ['version', 'rebuilders', 'agreement'],
      versions.map(({ name, path, tally }) => {
        const segments = path.split('/')
        return [
          html`<a href="${hrefOf(segments)}/">${name}</a>`,
          bar(tally),
          html`<a href="/agreement${hrefOf(segments)}" aria-label="who agrees about ${name}"
            >who agrees</a
          >`,
        ]
      }),
    )}`
}
