import { toSegments } from '../../../certification/artifacts/source-identifier.ts'
import type { Page } from '../../../contract/repository.ts'
import type { Status } from '../../../contract/status.ts'
import type { ListingEntry } from '../../../contract/listing.ts'
import type { CertificationDetail } from '../../../contract/certification.ts'
import type { VersionEntry } from '../../../contract/version-page.ts'
import type { ArtifactPicture } from './artifact-picture.ts'
import { summary } from './artifact-tallies.ts'
import { catchingUp } from '../elements/catching-up.ts'
import { type Content, html } from '../elements/html.ts'
import { live } from '../elements/live.ts'
import { columnsOf, matrix } from './matrix.ts'
import { layout, nextLink } from '../elements/layout.ts'
import {
  certificationLink,
  countText,
  crumbs,
  dayText,
  hrefOf,
  type Names,
  rebuilderLink,
  stateText,
} from '../elements/references.ts'
import { table } from '../elements/table.ts'
import { versionTable } from './versions.ts'
import { withheldNote } from '../elements/withheld.ts'

export interface Listed {
  readonly dialect: string
  readonly page: Page<VersionEntry>
  /** Do versions stand in their own order? */
  readonly isSorted: boolean
  /** By id, of the certifications on this page. */
  readonly certifications: ReadonlyMap<string, CertificationDetail>
  readonly names: Names
  readonly next: string | undefined
  /** How many stood here or below. */
  readonly withheld: number
  /** Of this node, where nothing is listed. */
  readonly status: Status | undefined
  /** What is compared here, see {@link comparedPath}. */
  readonly compared: ArtifactPicture | undefined
  /** Does this node name anybody? */
  readonly hasPolicy: boolean
}

/** @param segments decoded, the collection first */
export function listingPage(segments: readonly string[], listed: Listed): string {
  const { items } = listed.page
  const versions = items.flatMap(({ tally, ...entry }) =>
    tally === undefined ? [] : { ...entry, tally },
  )
  const folders = items.filter(({ type, tally }) => type === 'collection' && tally === undefined)
  const files = items.filter(({ type }) => type === 'object')
  const body = html`${listed.compared === undefined ? null : pictureOf(listed.compared, listed.hasPolicy)}
  ${listed.status === undefined ? null : catchingUp(listed.status)}
  ${items.length === 0 ? nothing(segments, listed.withheld) : null}
  ${versions.length === 0 ? null : versionTable(versions, listed.isSorted)}
  ${folders.length === 0 ? null : folderList(folders)}
  ${files.length === 0 ? null : fileTable(files, listed)} ${withheldNote(listed.withheld)}
  ${nextLink(listed.next)}`
  const about = [`below:${hrefOf(segments).slice(1)}`, 'withholding', 'rejection']
  return layout(segments.join(' / '), live('listing', about, body), crumbs(segments, false))
}

/** What to do where nothing is. */
function nothing(segments: readonly string[], withheld: number): Content {
  if (withheld > 0) return html`<p class="quiet">Nothing is left here.</p>`
  return html`<p class="quiet">
    Nobody has certified anything in ${segments[0]} yet. <a href="/">The first page</a> says how to
    send a certification; anyone may.
  </p>`
}

function folderList(folders: readonly ListingEntry[]): Content {
  return html`<ul class="plain">
    ${folders.map(
      ({ name, path }) => html`<li><a href="${hrefOf(path.split('/'))}/">${name}/</a></li> `,
    )}
  </ul>`
}

function fileTable(files: readonly ListingEntry[], { certifications, names }: Listed): Content {
  return table(
    ['signed text', 'rebuilder', 'signature', 'signed', 'bytes', 'certification'],
    files.map(({ id = '', name, path }) => {
      const file = html`<a href="${hrefOf(path.split('/'))}">${name}</a>`
      const found = certifications.get(id)
      if (found === undefined) return [file, null, null, null, null, certificationLink(id)]
      return [
        file,
        rebuilderLink(found.rebuilder, names),
        stateText(found.state, found.counts),
        dayText(found.signedAt),
        countText(found.size),
        certificationLink(id),
      ]
    }),
  )
}

/** Builds of every architecture of a Debian version meet; of others, what their own words place in this directory. */
export function comparedPath(
  segments: readonly string[],
  { dialect, certifications }: Pick<Listed, 'dialect' | 'certifications'>,
): readonly string[] | undefined {
  if (dialect === 'debian') return segments.length > 2 ? segments.slice(0, 3) : undefined
  const here = segments.slice(1).join('/')
  const placed = [...certifications.values()].some(({ sources }) =>
    sources.some((source) => (toSegments(source)?.join('/') ?? here) === here),
  )
  return placed ? segments : undefined
}

/** More than so many artifacts are only counted here: the whole picture is one step away. */
const SHOWN = 30

function pictureOf({ segments, artifacts }: ArtifactPicture, hasPolicy: boolean): Content {
  return html`<p>
      ${artifacts.length === 0 ? null : summary(artifacts, hasPolicy)}
      <a href="/agreement${hrefOf(segments)}">Who agrees about these artifacts?</a>
    </p>
    ${artifacts.length > SHOWN || artifacts.length === 0 ? null : matrix(artifacts, columnsOf(artifacts))}`
}
