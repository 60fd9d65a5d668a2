import type { Status } from '../../repository/repository.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** @param base where this node is reached, without a slash at its end */
export function homePage(status: Status, base: string): string {
  const [first] = status.collections
  const rows = status.collections.map(
    (collection) =>
      html`<tr>
        <td><a href="/${collection.name}/">${collection.name}</a></td>
        <td>${collection.dialect}</td>
        <td>${collection.certifications}</td>
      </tr>`,
  )
  return layout(
    'A certification repository for reproducible builds',
    html`<p>
        Rebuilders sign what they built from source: a <em>certification</em>. This node verifies,
        keeps and serves them, and anyone may add one. An OpenPGP signature is the only credential.
      </p>
      <table>
        <tr>
          <th>collection</th>
          <th>dialect</th>
          <th>certifications</th>
        </tr>
        ${rows}
      </table>
      <h2>Add a certification</h2>
      <pre>
curl --data-binary @hello_2.10-3_amd64.buildinfo ${base}/${first?.name ?? '{collection}'}</pre>
      <h2>Find one</h2>
      <pre>
curl '${base}/certifications?artifact=hello_2.10-3_amd64.deb'
curl ${base}/agreement/debian/hello/2.10-3
gpg --keyserver hkp://${base.replace(/^https?:\/\//, '')} --recv-keys FINGERPRINT</pre>
      <p>
        Every page is JSON too, for whoever does not ask for HTML:
        <a href="/openapi.json">openapi.json</a> describes it.
      </p>
      ${status.advice.map((advice) => html`<p class="quiet">${advice}</p>`)}`,
  )
}
