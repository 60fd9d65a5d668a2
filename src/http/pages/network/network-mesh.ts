/* Who is connected with this node, who is not, and of whom it has only heard: in lanes, as they are connected. */
import type { NetworkAnswer } from '../../../contract/network-answer.ts'
import { type Content, html } from '../elements/html.ts'
import { moreText } from '../elements/layout.ts'
import { countText, timeText } from '../elements/references.ts'
import { meshSentence } from './mesh-sentence.ts'
import type { KnownNode, OwnCopy } from './network-nodes.ts'
import { called } from './node-called.ts'
import { wire } from './wire.ts'

/** In each lane; 300 can be connected. */
const SHOWN = 60
/** So many have room for their whole names. */
const ROOMY = 12

/** @param nodes this one first */
export function networkMesh(answer: NetworkAnswer, nodes: readonly KnownNode[]): Content {
  const of = (kind: KnownNode['kind'], configured?: boolean): readonly KnownNode[] =>
    nodes.filter(
      (node) =>
        node.kind === kind && (configured === undefined || node.peer?.configured === configured),
    )
  return html`<h2>Who is connected now</h2>
    <p>${meshSentence(answer, nodes)}</p>
    <div class="mesh${answer.node.isolated ? ' isolated' : ''}">
      ${nodes.slice(0, 1).map((node) => self(node, answer))}
      ${lane(['configured peer, connected', 'configured peers, connected'], 'connected', of('connected', true))}
      ${lane(['other node, connected', 'other nodes, connected'], 'connected', of('connected', false))}
      ${lane(['configured peer, not connected', 'configured peers, not connected'], 'away', of('away'))}
      ${lane(['node, known only by what it wrote or said', 'nodes, known only by what they wrote or said'], 'apart', of('apart'))}
    </div>
    ${nodes.length === 1 ? null : html`<p class="quiet">${LEGEND}</p>`}`
}

const LEGEND =
  '→ this node dialled it, ← it dialled this node. Names are what nodes call themselves: nobody proves them, so the end of the peer id stands beside each. ✓ copy: what this node writes was read back from it in the last day. “Heard of” is when it said last what it has, to this node or through others. How others are connected among each other is not known here.'

function self(node: KnownNode, { node: about }: NetworkAnswer): Content {
  return html`<div class="node self">
    <div>
      ${called(node.name ?? 'this node', node.peerId)}
      <div class="tags">
        ${node.name === null ? null : html`<span>this node</span> `}
        ${about.isolated ? html`<span class="no">isolated</span> ` : null}
        ${node.isDouble ? html`<span class="no">≠ told two stories</span> ` : null}
        <span>${about.readOnly ? 'read-only' : 'writable'}</span>
        ${about.ready ? null : html`<span>catching up</span>`}
      </div>
    </div>
  </div>`
}

function lane(
  [one, more]: readonly [one: string, more: string],
  kind: 'connected' | 'away' | 'apart',
  nodes: readonly KnownNode[],
) {
  if (nodes.length === 0) return null
  return html`<section class="lane ${kind}${nodes.length > ROOMY ? ' dense' : ''}">
    <h3>${countText(nodes.length)} ${nodes.length === 1 ? one : more}</h3>
    <ul>
      ${nodes.slice(0, SHOWN).map(card)}
    </ul>
    ${moreText(nodes.length, SHOWN)}
  </section>`
}

function card(node: KnownNode): Content {
  return html`<li class="node">
    ${wire(node)}
    <div>
      ${called(node.name, node.peerId)}
      <div class="tags">${tags(node)} ${node.kind === 'away' ? whyAway(node) : null}</div>
    </div>
  </li>`
}

const COPY: Readonly<Record<OwnCopy, Content>> = {
  counts: html`<span class="yes">✓ copy</span> `,
  part: html`<span class="yes">✓ copy of some feeds</span> `,
  said: html`<span>says it has a copy</span> `,
  none: null,
}

function tags({ copy, readOnly, isDouble, kind, saidAt }: KnownNode): Content {
  return [
    isDouble ? html`<span class="no">≠ told two stories</span> ` : null,
    COPY[copy],
    readOnly === true ? html`<span>read-only</span> ` : null,
    kind === 'apart' ? heard(saidAt) : null,
  ]
}

const heard = (saidAt: string | null): Content =>
  saidAt === null ? null : html`<span>heard of ${timeText(saidAt)}</span> `

/** What an operator can do something about: where it should be, and what came of the last dial. */
function whyAway({ peer, saidAt }: KnownNode): Content {
  if (peer === undefined) return null
  const [address] = peer.addresses
  return html`${
    address === undefined
      ? null
      : html`<div class="cut hex" title="${address}">${address.replace(/\/p2p\/[^/]*$/, '')}</div>`
  }
  ${
    peer.failure === null
      ? html`<div>not dialled yet, or gone just now</div>`
      : html`<div class="cut" title="${peer.failure}">${peer.failure}</div>`
  }
  ${peer.nextDialAt === null ? null : html`<div>dialled again ${timeText(peer.nextDialAt)}</div>`}
  ${heard(saidAt)}`
}
