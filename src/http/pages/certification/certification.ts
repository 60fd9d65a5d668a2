import { type Artifact, qualifiedName } from '../../../certification/artifacts/artifact.ts'
import { keyIdOf } from '../../../certification/signatures/key-id.ts'
import type { State } from '../../../certification/signatures/state.ts'
import type { CertificationDetail } from '../../../contract/certification.ts'
import { type Content, html } from '../elements/html.ts'
import { live } from '../elements/live.ts'
import { layout, moreText } from '../elements/layout.ts'
import {
  comparedPathOf,
  countText,
  hrefOf,
  type Names,
  rebuilderLink,
  sourceLink,
  stateText,
  timeText,
} from '../elements/references.ts'
import { table } from '../elements/table.ts'

/** Rows of a page. The JSON has all: an aggregate can have 2,488. */
const MAX_ROWS = 500
/** Feeds that are named. */
const MAX_PLACES = 50

/** What a state means, for people. */
const STATE_WORDS: Readonly<Record<State, string>> = {
  verified: 'a good signature, by a key that was good then and still is',
  'key-expired': 'a good signature, made before its key expired',
  'key-retired': 'a good signature, made before its owner replaced the key',
  'outside-validity':
    'the signature is right, but made when its key was not valid, so it does not count',
  'weak-digest': 'the signature is over a broken hash, so it does not count',
  'key-revoked': 'the key was revoked as compromised, so nothing that it signed counts',
  'key-unknown': 'nobody here has the key, so the signature cannot be verified and does not count',
}

/** @param standing what others say of its artifacts */
export function certificationPage(
  detail: CertificationDetail,
  names: Names,
  standing: Content = null,
): string {
  const { id, artifacts } = detail
  return layout(
    `Certification ${id.slice(0, 16)}`,
    html`${live('certification', [`certification:${id}`, ...below(detail)], facts(detail, names, standing))}
      <h2>Artifacts</h2>
      ${table(['name', 'bytes', 'checksums'], artifacts.slice(0, MAX_ROWS).map(row))}
      ${moreText(artifacts.length, MAX_ROWS)}
      ${artifacts.length > MAX_ROWS ? html`<p><a href="/certifications/${id}.json">All of them, as JSON</a></p>` : null}
      ${leftOutOf(detail)}`,
  )
}

function facts(detail: CertificationDetail, names: Names, standing: Content): Content {
  const { id, sources, aliases } = detail
  return html`<dl>
      ${item(
        sources.length === 1 ? 'source' : 'sources',
        sources
          .slice(0, MAX_ROWS)
          .map((source) => html`${sourceLink(source, detail.collections[0])}<br />`),
      )}
      ${item('rebuilder', rebuilderLink(detail.rebuilder, names))} ${signingKey(detail)}
      ${item(
        'signature',
        html`${stateText(detail.state, detail.counts)}: ${STATE_WORDS[detail.state]}`,
      )}
      ${standing === null ? null : item('others', standing)}
      ${item('signed', timeText(detail.signedAt))}
      ${detail.builtAt === null ? null : item('built', timeText(detail.builtAt))}
      ${item('accepted', timeText(detail.acceptedAt))}
      ${item('path', html`<a href="${detail.path}">${detail.path}</a>`)}
      ${
        aliases.length === 0
          ? null
          : item(
              'also as',
              aliases.slice(0, MAX_ROWS).map((alias) => html`${aliasOf(detail, alias)}<br />`),
            )
      }
      ${item('id', html`<span class="hex">${id}</span>`)}
      ${item(
        detail.places.length === 1 ? 'kept in 1 feed' : `kept in ${detail.places.length} feeds`,
        detail.places.slice(0, MAX_PLACES).map(place),
      )}
      ${copies(detail)}
    </dl>
    <p>
      ${agreementLink(detail)}<a href="/certifications/${id}">The signed text</a>${
        detail.detached ? html` · <a href="/certifications/${id}.asc">Signature</a>` : null
      }
      · <a href="/certifications/${id}.json">JSON</a>
    </p>`
}

function place({ feed, sequence }: CertificationDetail['places'][number]): Content {
  const proof = `/feeds/${feed}/proof/${sequence}`
  const name = `${feed.slice(0, 16)}-${sequence}.proof.json`
  return html`<a class="hex whole" href="/feeds/${feed}">${feed.slice(0, 16)}…</a> at ${sequence},
    <a href="${proof}" download="${name}">inclusion proof</a><br />`
}

function copies({ copies: found }: CertificationDetail): Content {
  if (found === undefined) return null
  const { counted, claims } = found
  const others = claims === 0 ? null : html`; ${countText(claims)} more say so`
  return item(
    'copies',
    html`${counted === 0 ? 'no other node is known to have it' : counted === 1 ? '1 other node has it' : `${countText(counted)} other nodes have it`}${others}`,
  )
}

function item(name: string, value: Content): Content {
  return html`<dt>${name}</dt>
    <dd>${value}</dd> `
}

/** Who is known says his key id already; a subkey has another. */
function signingKey({ rebuilder, keyId }: CertificationDetail): Content {
  if (rebuilder !== null && keyIdOf(rebuilder) === keyId) return null
  return item(rebuilder === null ? 'key id' : 'by subkey', html`<span class="hex">${keyId}</span>`)
}

/** What changes what others say of it. */
function below(detail: CertificationDetail): readonly string[] {
  const compared = comparedPathOf(detail)
  return compared === undefined ? [] : [`below:${hrefOf(compared).slice(1)}`]
}

/** All architectures of a Debian version are compared at once. */
function agreementLink(detail: CertificationDetail): Content {
  const compared = comparedPathOf(detail)
  if (compared === undefined) return null
  return html`<a href="/agreement${hrefOf(compared)}">Who agrees about these artifacts?</a>
    · `
}

/** Below its collection; a certification in several does not say below which. */
function aliasOf({ collections }: CertificationDetail, alias: string): Content {
  const [collection] = collections
  if (collection === undefined || collections.length > 1) return alias
  return html`<a href="${hrefOf([collection, ...alias.split('/')])}">${alias}</a>`
}

/** What was signed and says nothing here: whoever looks for it must not think that it was not signed. */
function leftOutOf({ leftOut = [] }: CertificationDetail): Content {
  if (leftOut.length === 0) return null
  return html`<h2>Left out</h2>
    <ul>
      ${leftOut.map(({ detail }) => html`<li class="long">${detail}</li>`)}
    </ul>`
}

function row({ directory, size, checksums, ...artifact }: Artifact): readonly Content[] {
  const name = directory === undefined ? qualifiedName(artifact) : `${directory}${artifact.name}`
  return [
    html`<span class="long">${name}</span>`,
    size === undefined ? '' : countText(size),
    checksums.map(
      ({ algorithm, hex }) =>
        html`${algorithm} <a class="hex" href="/artifacts/${algorithm}/${hex}">${hex}</a><br />`,
    ),
  ]
}
