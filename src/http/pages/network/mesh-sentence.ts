/* How this node is connected, in sentences: for everybody, and above all for whoever does not see the picture. */
import type { NetworkAnswer } from '../../../contract/network-answer.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'
import type { KnownNode } from './network-nodes.ts'

/** @param nodes this one first */
export function meshSentence(
  { node, remembered = 0, unanswered = 0 }: NetworkAnswer,
  nodes: readonly KnownNode[],
): Content {
  const here = nodes.filter(({ kind }) => kind === 'connected').length
  const configured = nodes.filter(({ peer }) => peer?.configured === true)
  const named = configured.filter(({ kind }) => kind === 'connected').length
  const doubles = nodes.filter(({ isDouble }) => isDouble).length
  const said = [
    node.isolated && here === 0
      ? ''
      : connection({ named, configured: configured.length, others: here - named, unanswered }),
    counted(configured.length - named, [
      'configured peer is not connected',
      'configured peers are not connected',
    ]),
    counted(unanswered, [
      'configured URL has not answered yet',
      'configured URLs have not answered yet',
    ]),
    counted(doubles, ['node has told two stories', 'nodes have told two stories']),
  ].filter((sentence) => sentence !== '')
  return html`${
    node.isolated
      ? html`<span class="no"
          >This node is isolated: it has peers, and none of them is connected.</span
        > `
      : null
  }${said.join(' ')}
  ${rest(remembered)}`
}

function rest(remembered: number): Content {
  if (remembered === 0) return null
  return html`${countText(remembered)} more that others told of ${remembered === 1 ? 'is' : 'are'}
    remembered: <code>countersign peers known</code>.`
}

/** How many nodes this one is connected with. */
function connection(count: {
  readonly named: number
  readonly configured: number
  readonly others: number
  readonly unanswered: number
}): string {
  const { named, configured, others, unanswered } = count
  const alone = named + others === 0
  if (configured + unanswered === 0 && alone)
    return 'This node is connected with nobody, and no peer is configured.'
  if (alone) return 'This node is connected with nobody.'
  if (configured === 0)
    return `Connected with ${nodesText(others)}${unanswered === 0 ? '; no peer is configured' : ''}.`
  const of =
    named === configured
      ? allText(configured)
      : `${countText(named)} of ${countText(configured)} configured peers`
  return `Connected with ${of}${others === 0 ? '' : ` and ${nodesText(others)} besides`}.`
}

const allText = (configured: number): string =>
  configured === 1 ? 'its configured peer' : `its ${countText(configured)} configured peers`
const nodesText = (count: number): string => (count === 1 ? '1 node' : `${countText(count)} nodes`)

const counted = (count: number, [one, more]: readonly [one: string, more: string]): string =>
  count === 0 ? '' : `${countText(count)} ${count === 1 ? one : more}.`
