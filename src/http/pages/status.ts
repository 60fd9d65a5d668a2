import type { Status } from '../../repository/repository.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

export function statusPage(status: Status): string {
  return layout(
    'Status',
    html`<dl>
        <dt>version</dt>
        <dd>${status.version}</dd>
        <dt>peer id</dt>
        <dd class="hex">${status.peerId}</dd>
        <dt>started</dt>
        <dd>${status.startedAt}</dd>
        <dt>keys</dt>
        <dd>${status.keys}</dd>
        <dt>rebuilders</dt>
        <dd>${status.rebuilders}</dd>
        <dt>peers</dt>
        <dd>${status.peers}</dd>
        <dt>waiting</dt>
        <dd>${status.waiting.items} (${status.waiting.bytes} bytes)</dd>
      </dl>
      <div class="wide">
        <table>
          <tr>
            <th>collection</th>
            <th>dialect</th>
            <th>admits</th>
            <th>certifications</th>
            <th>feed</th>
            <th>blocks</th>
            <th>indexed</th>
          </tr>
          ${status.collections.map(
            (collection) =>
              html`<tr>
                <td><a href="/${collection.name}/">${collection.name}</a></td>
                <td>${collection.dialect}</td>
                <td>${collection.admit}</td>
                <td>${collection.certifications}</td>
                <td class="hex">${collection.feed ?? 'none'}</td>
                <td>${collection.length}</td>
                <td>${collection.followed}</td>
              </tr> `,
          )}
        </table>
      </div>
      ${status.advice.map((advice) => html`<p class="quiet">${advice}</p>`)}`,
  )
}
