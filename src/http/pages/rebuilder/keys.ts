import type { KeyListing } from '../../../contract/node-repository.ts'
import { html } from '../elements/html.ts'
import { layout } from '../elements/layout.ts'
import { dayText } from '../elements/references.ts'
import { table } from '../elements/table.ts'

/** What HKP's index shows to people. */
export function keysPage(keys: readonly KeyListing[]): string {
  return layout(
    'Keys',
    table(
      ['fingerprint', 'made', 'user ids'],
      keys.map(({ fingerprint, revoked, created, userIds }) => [
        html`<a class="hex" href="/keys/${fingerprint}">${fingerprint}</a>${
            revoked ? html` <span class="no">revoked</span>` : null
          }`,
        dayText(new Date(created * 1000).toISOString()),
        userIds.map((userId) => html`<span class="long">${userId}</span><br />`),
      ]),
    ),
  )
}
