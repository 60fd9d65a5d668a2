import { SKIPPED_KINDS, type SkippedKind } from '../../../contract/following.ts'
import type { KnownFeed, NetworkAnswer } from '../../../contract/network-answer.ts'
import { feedLink } from './feeds.ts'
import { type Content, html } from '../elements/html.ts'
import { layout, moreText } from '../elements/layout.ts'
import { liveTwice } from '../elements/live.ts'
import { networkCopies } from './network-copies.ts'
import { networkMesh } from './network-mesh.ts'
import { isRefuted, type KnownNode, nodesOf } from './network-nodes.ts'
import { called } from './node-called.ts'
import { countText, timeText } from '../elements/references.ts'
import { table } from '../elements/table.ts'

const REFUSED_SHOWN = 20
const EVIDENCE_SHOWN = 20

/** Readable without any peer: then it says how to add one. */
export function networkPage(answer: NetworkAnswer): string {
  return layout(
    'Network',
    html`${liveTwice('network', ['peers', 'evidence', 'certification'], parts(answer))}
      ${connect(answer)}
      <p>
        More: <a href="/feeds">feeds</a>, with sizes and missing blocks; <a href="/peers">peers</a>,
        with addresses and traffic; <a href="/status">status</a>, with collections.
      </p>`,
  )
}

function parts(answer: NetworkAnswer): Content {
  const nodes = nodesOf(answer)
  const here = answer.feeds.filter(({ state }) => state !== 'refused')
  const refused = answer.feeds.filter(({ state }) => state === 'refused')
  const { omitted } = answer
  return html`${answer.node.advice.map((advice) => html`<p>${advice}</p>`)}
  ${evidence(answer.feeds.filter(isRefuted), nodes)} ${networkMesh(answer, nodes)}
  ${networkCopies(here, nodes, answer)} ${refusedTable(refused, nodes)}
  ${omitted > 0 ? html`<p class="quiet">and ${countText(omitted)} more feeds</p>` : null}
  ${about(answer)} ${skippedLine(answer)}`
}

const SKIPPED: Readonly<Record<SkippedKind, string>> = {
  announcements: 'announcements',
  frames: 'frames of the catalog',
  offers: 'offers of feeds',
  fields: 'arrays with more fields',
  evidence: 'pieces of evidence',
}

function skippedLine({ node: { skipped } }: NetworkAnswer): Content {
  const said = SKIPPED_KINDS.filter((kind) => skipped[kind] > 0).map(
    (kind) => `${countText(skipped[kind])} ${SKIPPED[kind]}`,
  )
  if (said.length === 0) return null
  return html`<p class="quiet">
    Skipped since the start, as only a newer version knows them: ${said.join(', ')}.
  </p>`
}

function evidence(feeds: readonly KnownFeed[], nodes: readonly KnownNode[]): Content {
  if (feeds.length === 0) return null
  return html`<h2>Evidence</h2>
    <p class="no">
      ≠ Who wrote these feeds has told two stories. What was here before stays, and nothing more is
      taken.
    </p>
    ${table(
      ['feed', 'collection', 'written by', 'evidence', 'found'],
      feeds
        .slice(0, EVIDENCE_SHOWN)
        .map(({ key, collection, owner, evidence: found }) => [
          feedLink(key),
          collection,
          ownerOf(owner, nodes),
          html`<span class="no">${found.map(({ kind }) => kind).join(', ')}</span>`,
          timeText(found[0]?.foundAt ?? null),
        ]),
    )}
    ${moreText(feeds.length, EVIDENCE_SHOWN)}`
}

const ownerOf = (owner: string | null, nodes: readonly KnownNode[]): Content =>
  owner === null
    ? 'unknown'
    : called(nodes.find(({ peerId }) => peerId === owner)?.name ?? null, owner)

function refusedTable(feeds: readonly KnownFeed[], nodes: readonly KnownNode[]): Content {
  if (feeds.length === 0) return null
  return html`<h2>Offered and not copied</h2>
    ${table(
      ['feed', 'collection', 'written by', 'blocks', 'said by', 'why not'],
      feeds
        .slice(0, REFUSED_SHOWN)
        .map(({ key, collection, owner, known, heads, reason }) => [
          feedLink(key),
          collection,
          ownerOf(owner, nodes),
          countText(known),
          heads.length === 1 ? '1 node' : `${countText(heads.length)} nodes`,
          html`<span class="long">${reason}</span>`,
        ]),
    )}
    ${moreText(feeds.length, REFUSED_SHOWN)}`
}

const FOLLOWS: Readonly<Record<NetworkAnswer['node']['follow'], string>> = {
  listed: 'listed: named feeds, and those of configured peers',
  vouched: 'vouched: named feeds, those of configured peers, and those that these follow',
  open: 'open: named feeds, those of configured peers and what these follow, and strangers’ feeds within bounds',
}

function about({ node }: NetworkAnswer): Content {
  return html`<h2>This node</h2>
    <dl>
      ${
        node.name === null
          ? null
          : html`<dt>name</dt>
              <dd>${node.name}</dd>`
      }
      <dt>version</dt>
      <dd>${node.version}</dd>
      <dt>started</dt>
      <dd>${timeText(node.startedAt)}</dd>
      <dt>submissions</dt>
      <dd>${node.readOnly ? 'read-only: it takes none' : 'writable: it takes them'}</dd>
      <dt>follows</dt>
      <dd>${FOLLOWS[node.follow]}</dd>
      <dt>ready</dt>
      <dd>
        ${
          node.ready
            ? html`<span class="yes">yes</span>`
            : html`<span class="no">not yet</span>: it is catching up with its peers`
        }
      </dd>
      <dt>peer id</dt>
      <dd class="hex">${node.peerId}</dd>
    </dl>`
}

function connect({ node }: NetworkAnswer): Content {
  return html`<h2>Connect with this node</h2>
    ${
      node.addresses.length === 0
        ? html`<p>It listens nowhere: it only dials others.</p>`
        : html`<pre>${node.addresses.map((address) => `countersign peers add ${address}\n`)}</pre>`
    }`
}
