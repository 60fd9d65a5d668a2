import type { KeyListing } from '../../repository/node-repository.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** What HKP's index shows to people. */
export function keysPage(keys: readonly KeyListing[]): string {
  return layout(
    'Keys',
    html`<div class="wide">
      <table>
        <tr>
          <th>fingerprint</th>
          <th>made</th>
          <th>user ids</th>
        </tr>
        ${keys.map(
          (key) =>
            html`<tr>
              <td class="hex">
                <a href="/keys/${key.fingerprint}">${key.fingerprint}</a
                >${key.revoked ? html` <span class="no">revoked</span>` : null}
              </td>
              <td>${new Date(key.created * 1000).toISOString().slice(0, 10)}</td>
              <td>${key.userIds.map((userId) => html`${userId}<br />`)}</td>
            </tr> `,
        )}
      </table>
    </div>`,
  )
}
