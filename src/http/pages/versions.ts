import type { VersionEntry } from '../../repository/version-page.ts'
import { bar } from './bar.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { hrefOf } from './references.ts'
import { table } from './table.ts'

const LEGEND =
  'Agree: gave a checksum that another rebuilder gave too. Differ: gave one where more, or as many, gave another. Stand alone: nobody gave the same.'
const UNSORTED =
  'There are too many names here to sort them: they stand in the order of their letters.'

/** Versions as they come, each with its bar. */
export function versionTable(
  versions: readonly (VersionEntry & Required<Pick<VersionEntry, 'voices'>>)[],
  isSorted: boolean,
): Content {
  return html`<p class="quiet">${isSorted ? 'Newest version first.' : UNSORTED} ${LEGEND}</p>
    ${table(
      ['version', 'rebuilders', 'agreement'],
      versions.map(({ name, path, voices }) => {
        const segments = path.split('/')
        return [
          html`<a href="${hrefOf(segments)}/">${name}</a>`,
          bar(voices),
          html`<a href="/agreement${hrefOf(segments)}" aria-label="who agrees about ${name}"
            >who agrees</a
          >`,
        ]
      }),
    )}`
}
