/* How a node is called on a page: anybody can take any name, so its peer id stands beside it. */
import { type Content, html } from '../elements/html.ts'
import { shortPeer } from './peers.ts'

/** @param name what it calls itself; the style sheet cuts it, so that the whole stands in a title too */
export function called(name: string | null, peerId: string): Content {
  const short = html`<span class="hex whole" title="${peerId}">${shortPeer(peerId)}</span>`
  if (name === null) return short
  return html`<b class="name" title="${name}"><bdi>${name}</bdi></b> ${short}`
}
