import type { Status } from '../../contract/status.ts'
import { catchingUp } from './elements/catching-up.ts'
import { dropForm } from './elements/drop.ts'
import { type Content, html } from './elements/html.ts'
import { live } from './elements/live.ts'
import { layout } from './elements/layout.ts'
import { countText, keyserverOf } from './elements/references.ts'
import { searchBox } from './elements/search-box.ts'
import { table } from './elements/table.ts'

/** What people of a dialect would type. */
interface Example {
  readonly parts: readonly string[]
  readonly artifact: string
  readonly source: string
}

const EXAMPLES: ReadonlyMap<string, Example> = new Map([
  [
    'debian',
    {
      parts: ['file=@hello_2.10-3_amd64.buildinfo', 'key=@my-key.asc'],
      artifact: 'hello_2.10-3_amd64.deb',
      source: 'hello/2.10-3',
    },
  ],
  [
    'jvm',
    {
      parts: ['file=@tool-1.0.buildinfo', 'signature=@tool-1.0.buildinfo.asc', 'key=@my-key.asc'],
      artifact: 'tool-1.0.jar',
      source: 'org/example/tool/1.0',
    },
  ],
])

/**
 * @param newest the last certifications; `null` if there are none yet
 * @param base where this node is reached, without a slash at its end
 */
export function homePage(status: Status, newest: Content, base: string): string {
  return layout(
    'A certification repository for reproducible builds',
    html`<p>
        Rebuilders sign what they built from source: a <em>certification</em>. This node verifies,
        keeps and serves
        them${
          status.readOnly
            ? html`. It is read-only: <a href="/network">another node</a> takes new ones.`
            : ', and anyone may add one. A signature is the only credential.'
        }
      </p>
      ${searchBox()}${catchingUp(status)}
      ${live('newest', ['certification', 'withholding', 'rejection'], kept(status, newest))}
      ${dropForm()}${commands(status, base)}
      <p>
        Every page is JSON too, for whoever does not ask for HTML:
        <a href="/openapi.json">openapi.json</a> describes it.
      </p>
      ${status.advice.map((advice) => html`<p class="quiet">${advice}</p>`)}`,
  )
}

function kept({ collections }: Status, newest: Content): Content {
  return html`${table(
      ['collection', 'dialect', 'certifications'],
      collections.map(({ name, dialect, certifications }) => [
        html`<a href="/${name}/">${name}</a>`,
        dialect,
        countText(certifications),
      ]),
    )}
    <h2>Newest</h2>
    ${newest ?? html`<p class="quiet">No certification yet: add the first, or connect a peer.</p>`}`
}

function commands({ collections, readOnly }: Status, base: string): Content {
  const collection = collections.find(({ dialect }) => EXAMPLES.has(dialect))
  const example = EXAMPLES.get(collection?.dialect ?? '')
  if (collection === undefined || example === undefined) return null
  const { name } = collection
  const parts = example.parts.map((part) => ` -F ${part}`).join('')
  const add = html`<h2>Add a certification</h2>
    <p>The key goes along so that the signature can be verified; once is enough.</p>
    <pre>
gpg --armor --export YOUR_KEY &gt; my-key.asc
curl${parts} ${base}/${name}</pre>`
  return html`${readOnly ? null : add}
    <h2>Ask from a terminal</h2>
    <pre>
curl '${base}/certifications?artifact=${example.artifact}'
curl ${base}/agreement/${name}/${example.source}
gpg --keyserver ${keyserverOf(base)} --recv-keys FINGERPRINT</pre>`
}
