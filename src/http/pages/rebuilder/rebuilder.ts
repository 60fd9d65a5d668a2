import { keyIdOf } from '../../../certification/signatures/key-id.ts'
import type { RebuilderDetail } from '../../../contract/rebuilder-detail.ts'
import { activityPicture } from './activity.ts'
import { rateBar, rateMeaning } from './agreement-rate.ts'
import { certificationTable } from '../certification/certifications.ts'
import { type Content, html } from '../elements/html.ts'
import { keyParts } from './key-parts.ts'
import { live } from '../elements/live.ts'
import { layout } from '../elements/layout.ts'
import { countText } from '../elements/references.ts'
import { contradictionsSection } from './contradictions.ts'

/**
 * All that is known of one rebuilder.
 * `base`: where this node is reached, without a slash at its end; `hasPolicy`: does it name anybody?
 */
export function rebuilderPage(
  rebuilder: RebuilderDetail,
  { base, hasPolicy }: { readonly base: string; readonly hasPolicy: boolean },
): string {
  const { fingerprint } = rebuilder
  return layout(
    `${rebuilder.userIds[0] ?? 'Rebuilder'} ${keyIdOf(fingerprint)}`,
    live(
      'rebuilder',
      [`rebuilder:${fingerprint}`, 'withholding'],
      parts(rebuilder, { base, hasPolicy }),
    ),
  )
}

function parts(
  rebuilder: RebuilderDetail,
  { base, hasPolicy }: { readonly base: string; readonly hasPolicy: boolean },
): Content {
  const { fingerprint, userIds, certifications, newest } = rebuilder
  const [name] = userIds
  const shownAll = newest.length >= certifications
  return html`${revocation(rebuilder)}
    <dl>
      <dt>calls itself</dt>
      <dd>${userIds.length === 0 ? 'nothing' : userIds.map((userId) => html`${userId}<br />`)}</dd>
      <dt>fingerprint</dt>
      <dd class="hex">${fingerprint}</dd>
      <dt>certifications</dt>
      <dd>
        <a href="/certifications?rebuilder=${fingerprint}">${countText(certifications)}</a>
      </dd>
      <dt>agreement</dt>
      <dd>${rateBar(rebuilder.agreement, hasPolicy)}</dd>
    </dl>
    <p class="quiet">${rateMeaning(hasPolicy)}</p>
    <h2>Where others say otherwise</h2>
    ${contradictionsSection(rebuilder, hasPolicy)}
    <h2>Activity</h2>
    ${activityPicture(rebuilder.activity, certifications)}
    <h2>Keys</h2>
    ${keyParts(rebuilder, base)}
    <h2>${shownAll ? 'Certifications' : 'Newest certifications'}</h2>
    ${certificationTable(newest, new Map(name === undefined ? [] : [[fingerprint, name]]))}
    ${
      shownAll
        ? null
        : html`<p><a href="/certifications?rebuilder=${fingerprint}">all of them</a></p>`
    }`
}

/** Of the primary key, and so of all: louder than anything below. */
function revocation({ key }: RebuilderDetail): Content {
  const primary = key?.parts.find((part) => part.primary)
  if (primary?.revoked?.kind !== 'hard') return null
  return html`<p class="no">Its key is revoked: nothing that it signed counts.</p>`
}
