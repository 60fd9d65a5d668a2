import type { RebuilderDetail, RebuilderKeyPart } from '../../../contract/rebuilder-detail.ts'
import { type Content, html } from '../elements/html.ts'
import { dayText, keyserverOf } from '../elements/references.ts'
import { table } from '../elements/table.ts'

/**
 * What can sign for a rebuilder, and how to get it.
 * @param base where this node is reached, without a slash at its end
 */
export function keyParts({ fingerprint, key }: RebuilderDetail, base: string): Content {
  if (key === null) return html`<p class="quiet">This node does not have its key any more.</p>`
  return html`${table(
      ['fingerprint', 'key', 'algorithm', 'made', 'expires', 'signs'],
      key.parts.map((part) => [
        html`<span class="hex">${part.fingerprint}</span>`,
        part.primary ? 'primary' : 'subkey',
        part.algorithm,
        dayText(part.createdAt) ?? html`<span class="quiet">not said</span>`,
        dayText(part.expiresAt) ?? html`<span class="quiet">never</span>`,
        signing(part),
      ]),
    )}
    ${
      key.designatedRevokers.length === 0
        ? null
        : html`<p>
            <span class="no">Not followed:</span> this key names designated revokers, and their
            revocations are not looked for.
            ${key.designatedRevokers.map((one) => html`<span class="hex">${one}</span> `)}
          </p>`
    }
    <p>The whole public key: <a class="hex" href="/keys/${fingerprint}">/keys/${fingerprint}</a></p>
    ${
      key.kind === 'in-toto'
        ? null
        : html`<pre>gpg --keyserver ${keyserverOf(base)} --recv-keys ${fingerprint}</pre>`
    }`
}

function signing({ revoked, expired, maySign }: RebuilderKeyPart): Content {
  const day = revoked === null ? null : dayText(revoked.at)
  if (revoked?.kind === 'hard')
    return html`<span class="no">revoked</span> ${day}: nothing that it signed counts`
  if (revoked !== null)
    return html`<span class="no">retired</span> ${day}: what it signed before counts`
  if (expired) return html`<span class="no">expired</span>: what it signed before counts`
  return maySign ? 'yes' : html`<span class="quiet">no, its owner made it for something else</span>`
}
