/* The picture of an agreement: a row for each artifact, a column for each rebuilder, a letter for each checksum. */
import { keyIdOf } from '../../../certification/signatures/key-id.ts'
import type { AgreementGroup, ArtifactAgreement } from '../../../contract/agreement.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'

export interface Column {
  readonly fingerprint: string
  readonly name: string | null
  /** Whose key it is, by this node's policy. */
  readonly operator: string | null
  /** Every certification of theirs that is compared here. */
  readonly certifications: readonly string[]
}

/**
 * Named ones first; whoever agrees about most before the others, so that those who agree stand together, and who differs at
 * the end.
 * Deterministic.
 */
export function columnsOf(artifacts: readonly ArtifactAgreement[]): readonly Column[] {
  const columns = new Map<
    string,
    Omit<Column, 'certifications'> & { agreed: number; ids: Set<string> }
  >()
  for (const [rebuilders, times] of firstGroups(artifacts))
    for (const { fingerprint, name, operator, certifications } of rebuilders) {
      const column = columns.get(fingerprint) ?? {
        fingerprint,
        name,
        operator,
        agreed: 0,
        ids: new Set(),
      }
      column.agreed += times
      for (const id of certifications) column.ids.add(id)
      columns.set(fingerprint, column)
    }
  return [...columns.values()]
    .toSorted(
      (a, b) =>
        Number(a.operator === null) - Number(b.operator === null) ||
        b.agreed - a.agreed ||
        (a.fingerprint < b.fingerprint ? -1 : 1),
    )
    .map(({ ids, agreed: _agreed, ...column }) => ({ ...column, certifications: [...ids] }))
}

type Rebuilders = AgreementGroup['rebuilders']

/** In the order in which they come: who says the same, and of how many artifacts what most say. Often it is one list for many. */
function firstGroups(artifacts: readonly ArtifactAgreement[]): ReadonlyMap<Rebuilders, number> {
  const times = new Map<Rebuilders, number>()
  for (const { groups } of artifacts)
    for (const [at, { rebuilders }] of groups.entries())
      times.set(rebuilders, (times.get(rebuilders) ?? 0) + (at === 0 ? 1 : 0))
  return times
}

/** Beyond so many different checksums of one artifact the colours repeat; the letters do not. */
const COLOURS = 6

/** Names of more rebuilders stand upright. */
const UPRIGHT = 5

/** @param scope begins the ids of its rows, where several stand on one page */
export function matrix(
  artifacts: readonly ArtifactAgreement[],
  columns: readonly Column[],
  scope = 'r',
): Content {
  return html`<div class="matrix" role="region" aria-label="Who gave which checksum" tabindex="0">
    <table${columns.length > UPRIGHT ? html` class="tall"` : null}>
      <thead>
        <tr>
          <th scope="col">artifact</th>
          ${columns.map(head)}
          <th scope="col">checksums</th>
        </tr>
      </thead>
      <tbody>
        ${artifacts.map((artifact, at) => row(artifact, columns, `${scope}${at}`))}
      </tbody>
    </table>
  </div>`
}

function head({ fingerprint, name, operator }: Column): Content {
  const keyId = keyIdOf(fingerprint)
  const title = `${name ?? ''} ${keyId}${operator === null ? '' : `, named: ${operator}`}`
  return html`<th scope="col" class="who${operator === null ? null : ' named'}">
    <a href="/rebuilders/${fingerprint}" title="${title}"
      >${name === null ? keyId : shortName(name)}</a
    >
  </th> `
}

/** Without comment and address, where there is more; the whole stands below, and where one points. */
const shortName = (userId: string): string =>
  userId.replace(/\s*(?:\([^)]*\)|<[^>]*>)\s*/g, ' ').trim() || userId

function row(artifact: ArtifactAgreement, columns: readonly Column[], at: string): Content {
  const { group, name, groups } = artifact
  const saying = new Map<string, number[]>()
  for (const [index, { rebuilders }] of groups.entries())
    for (const { fingerprint } of rebuilders)
      saying.set(fingerprint, [...(saying.get(fingerprint) ?? []), index])
  // those who say the same have the same cell
  const cells = new Map<string, Content>()
  const cellOf = (indexes: readonly number[] | undefined): Content => {
    const key = indexes?.join(' ') ?? ''
    const made = cells.get(key) ?? cell(indexes, groups, at)
    cells.set(key, made)
    return made
  }
  return html`<tr${artifact.named.differing > 0 ? html` class="differs"` : null}>
    <th scope="row">${group === undefined ? null : html`<span class="quiet">${group}${group.endsWith('/') ? null : ':'}</span>`}${name}</th>
    ${columns.map(({ fingerprint }) => cellOf(saying.get(fingerprint)))}
    <td class="sums">${groups.map((one, index) => sum(one, index, at))}</td>
  </tr>`
}

function cell(
  indexes: readonly number[] | undefined,
  groups: readonly AgreementGroup[],
  at: string,
): Content {
  if (indexes === undefined) return html`<td class="none"><span class="quiet">·</span></td>`
  return html`<td>
    ${indexes.map(
      (index) =>
        html`<a
          class="mark c${index % COLOURS}"
          href="#${at}${letter(index)}"
          tabindex="-1"
          title="${titleOf(groups[index])}"
          >${letter(index)}</a
        >`,
    )}
  </td>`
}

/** A, B, … Z, A1, B1 … */
const letter = (index: number): string =>
  String.fromCharCode(65 + (index % 26)) + (index < 26 ? '' : String(Math.floor(index / 26)))

function strongest({
  checksums,
}: AgreementGroup): { readonly algorithm: string; readonly hex: string } | undefined {
  for (const algorithm of ['sha256', 'sha512', 'sha1', 'md5'] as const) {
    const hex = checksums[algorithm]
    if (hex !== undefined) return { algorithm, hex }
  }
  return undefined
}

function titleOf(group: AgreementGroup | undefined): string {
  const best = group && strongest(group)
  return best === undefined ? '' : `${best.algorithm} ${best.hex.slice(0, 32)}…`
}

/** Of operators that are named, and of all others. */
function voicesText({ rebuilders }: AgreementGroup): Content {
  const named = new Set(rebuilders.flatMap(({ operator }) => operator ?? [])).size
  const others = rebuilders.filter(({ operator }) => operator === null).length
  const parts = [
    ...(named === 0 ? [] : [html`${named}&#8239;× named`]),
    ...(others === 0 ? [] : [html`${others}&#8239;×${named === 0 ? '' : ' others'}`]),
  ]
  return parts.map((part, at) => [at === 0 ? '' : ', ', part])
}

function sum(group: AgreementGroup, index: number, at: string): Content {
  const best = strongest(group)
  if (best === undefined) return null
  const { algorithm, hex } = best
  return html`<span class="sum" id="${at}${letter(index)}"
    ><b class="mark c${index % COLOURS}">${letter(index)}</b>
    <a class="hex" href="/artifacts/${algorithm}/${hex}" title="${algorithm} ${hex}"
      >${hex.slice(0, 12)}…</a
    >
    <span class="quiet"
      >${voicesText(group)}${group.size === null ? '' : ` · ${countText(group.size)} bytes`}${group.weak ? ' · weak, never an agreement' : ''}</span
    ></span
  > `
}
