/* The line that leads from this node to another one, as they are connected. */
import { type Content, html } from '../elements/html.ts'
import type { KnownNode } from './network-nodes.ts'

/** Its words are for those who do not see it. */
export function wire({ kind, peer }: KnownNode): Content {
  if (kind === 'apart') return drawn('apart', html`<path d="M3 7h4m4 0h4" />`, '')
  if (kind === 'away')
    return drawn(
      'away',
      html`<path d="M1 7h4m3 0h4M16 3l8 8m0-8l-8 8" />`,
      'configured, not connected: ',
    )
  if (peer?.direction === 'inbound')
    return drawn(
      'connected',
      html`<path d="M27 7H3" /><polygon points="1,7 9,2.5 9,11.5" />`,
      'it dialled this node: ',
    )
  return drawn(
    'connected',
    html`<path d="M1 7h24" /><polygon points="27,7 19,2.5 19,11.5" />`,
    'this node dialled it: ',
  )
}

const drawn = (kind: string, lines: Content, words: string): Content =>
  html`<svg class="wire ${kind}" viewBox="0 0 28 14" aria-hidden="true">${lines}</svg
    ><span class="said">${words}</span>`
