import type { Agreement, AgreementGroup, ArtifactAgreement } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout, moreText } from './layout.ts'
import { certificationLink, countText, crumbs, rebuilderLink, stateText } from './references.ts'

/** Artifacts on a page. The JSON has all. */
const MAX_ARTIFACTS = 500

const TRUNCATED =
  'There is more below this path than one answer compares. Of each rebuilder the newest are in it; a path with the version has more.'

/** Artifacts, their checksums, and whoever stands behind each. */
export function agreementPage(agreement: Agreement): string {
  const { collection, path, artifacts } = agreement
  const segments = [collection, ...path.split('/')]
  return layout(
    `Agreement on ${segments.join(' / ')}`,
    html`<p>${summary(artifacts)}</p>
      ${agreement.truncated ? TRUNCATED : null}
      ${artifacts.slice(0, MAX_ARTIFACTS).map(artifactSection)}
      ${moreText(artifacts.length, MAX_ARTIFACTS)} ${uncounted(agreement)}`,
    html`Agreement on ${crumbs(segments, true)}`,
  )
}

type Verdict = 'agreed' | 'contradicted' | 'said by one rebuilder only' | 'weak checksums only'

/** Two strong groups contradict each other if they differ in size or in a strong checksum that both state. */
function verdictOn({ groups }: ArtifactAgreement): Verdict {
  const strong = groups.filter(({ weak }) => !weak)
  if (strong.length === 0) return 'weak checksums only'
  if (
    different(strong.map(({ size }) => size ?? undefined)) ||
    different(strong.map(({ checksums }) => checksums.sha256)) ||
    different(strong.map(({ checksums }) => checksums.sha512))
  )
    return 'contradicted'
  return strong.some(({ rebuilders }) => rebuilders.length > 1)
    ? 'agreed'
    : 'said by one rebuilder only'
}

function different(values: readonly (string | number | undefined)[]): boolean {
  return new Set(values.filter((value) => value !== undefined)).size > 1
}

function summary(artifacts: readonly ArtifactAgreement[]): string {
  if (artifacts.length === 0) return 'No certification below this path counts.'
  const verdicts = artifacts.map(verdictOn)
  const parts = [...new Set(verdicts)].map(
    (verdict) => `${verdicts.filter((one) => one === verdict).length} ${verdict}`,
  )
  return `${artifacts.length === 1 ? '1 artifact' : `${artifacts.length} artifacts`}: ${parts.join(', ')}.`
}

function artifactSection(artifact: ArtifactAgreement): Content {
  const name = artifact.group === undefined ? artifact.name : `${artifact.group}:${artifact.name}`
  const verdict = verdictOn(artifact)
  return html`<section>
    <h2>${name} <span class="${MARKS[verdict]}">${verdict}</span></h2>
    ${artifact.groups.map(groupBlock)}
  </section>`
}

const MARKS: Readonly<Record<Verdict, string>> = {
  agreed: 'yes',
  contradicted: 'no',
  'said by one rebuilder only': 'quiet',
  'weak checksums only': 'no',
}

function groupBlock(group: AgreementGroup): Content {
  const count = group.rebuilders.length
  return html`<div class="group">
    <p>
      <b>${count === 1 ? '1 rebuilder' : `${count} rebuilders`}</b
      >${group.size === null ? '' : ` · ${countText(group.size)} bytes`}
      ${group.weak ? html` · <span class="no">weak, never an agreement</span>` : null}<br />
      ${checksumLine(group)}
    </p>
    <ul>
      ${group.rebuilders.map(({ fingerprint, name, certifications }) => {
        const names = new Map(name === null ? [] : [[fingerprint, name]])
        return html`<li>
          ${rebuilderLink(fingerprint, names)}<br />
          <span class="quiet">certification</span>
          ${certifications.map((id) => html`${certificationLink(id)} `)}
        </li> `
      })}
    </ul>
  </div>`
}

/** The best one that all of them state. */
function checksumLine({ checksums }: AgreementGroup): Content {
  for (const algorithm of ['sha256', 'sha512', 'sha1', 'md5'] as const) {
    const hex = checksums[algorithm]
    if (hex !== undefined)
      return html`${algorithm} <a class="hex" href="/artifacts/${algorithm}/${hex}">${hex}</a>`
  }
  return null
}

function uncounted(agreement: Agreement): Content {
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
