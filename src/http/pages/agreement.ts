import type { Agreement, AgreementGroup, ArtifactAgreement } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { certificationLink, rebuilderLink } from './references.ts'

/** Artifacts on a page. The JSON has all. */
const MAX_ARTIFACTS = 500

/** Artifacts down, checksums and whoever stands behind each across. */
export function agreementPage(agreement: Agreement): string {
  const hidden = agreement.artifacts.length - MAX_ARTIFACTS
  return layout(
    `Agreement on ${agreement.path}`,
    html`<div class="wide">
        <table>
          <tr>
            <th>artifact</th>
            <th>checksum</th>
            <th>bytes</th>
            <th>rebuilders</th>
          </tr>
          ${agreement.artifacts.slice(0, MAX_ARTIFACTS).map(artifactRows)}
        </table>
      </div>
      ${hidden > 0 ? html`<p class="quiet">and ${hidden} more, in the JSON</p>` : null}
      ${uncounted(agreement)}`,
  )
}

function artifactRows(artifact: ArtifactAgreement): Content {
  const name = artifact.group === undefined ? artifact.name : `${artifact.group}:${artifact.name}`
  const contradicted = artifact.groups.length > 1
  return artifact.groups.map(
    (group, index) =>
      html`<tr>
        ${
          index === 0
            ? html`<td rowspan="${artifact.groups.length}">
                ${name}${contradicted ? html`<br /><span class="no">contradicted</span>` : null}
              </td>`
            : null
        }
        <td class="hex">${checksumText(group)}</td>
        <td>${group.size}</td>
        <td>
          ${group.rebuilders.map(
            (rebuilder) =>
              html`${rebuilderLink(rebuilder.fingerprint, rebuilder.name)}
                ${rebuilder.certifications.map((id) => html`${certificationLink(id)} `)}<br />`,
          )}
        </td>
      </tr> `,
  )
}

function checksumText(group: AgreementGroup): Content {
  const { sha512, sha256, sha1, md5 } = group.checksums
  const hex = sha256 ?? sha512 ?? sha1 ?? md5 ?? ''
  return html`${hex}${group.weak ? html` <span class="no">weak</span>` : null}`
}

function uncounted(agreement: Agreement): Content {
  if (agreement.uncounted.length === 0) return null
  return html`<h2>Not counted</h2>
    <ul>
      ${agreement.uncounted.map(
        ({ id, state, rebuilder }) =>
          html`<li>${certificationLink(id)} ${state} ${rebuilderLink(rebuilder)}</li>`,
      )}
    </ul>`
}
