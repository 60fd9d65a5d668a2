import type { Status } from '../../../contract/status.ts'
import { type Content, html } from './html.ts'
import { countText } from './references.ts'

/** What is not here may only not be here yet. Nothing, if all that is known of is in the indexes. */
export function catchingUp({ ready, blocks }: Status): Content {
  if (ready) return null
  return html`<p class="note" role="status">
    This node is still catching up:
    <progress value="${blocks.indexed}" max="${Math.max(1, blocks.known)}"></progress>
    ${countText(blocks.indexed)} of ${countText(blocks.known)} blocks are in its indexes. What you
    look for may be among the rest.
  </p>`
}
