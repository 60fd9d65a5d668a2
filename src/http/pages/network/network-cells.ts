/* How much of a feed a node has: as a bar with a number where there is room, as a square where there is not. */
import type { KnownFeed } from '../../../contract/network-answer.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'

type Said = KnownFeed['heads'][number]

/** What else is known of a node and a feed. */
export interface CopyMarks {
  /** Its copy counts. */
  readonly counts: boolean
  /** The feed is its own. */
  readonly writes: boolean
}

/** How its column is called: on a narrow screen a row becomes a block of lines. */
interface Headed extends CopyMarks {
  readonly head: string
}

const UNMARKED: CopyMarks = { counts: false, writes: false }
const NOTHING = html`<span class="quiet" aria-hidden="true">·</span
  ><span class="said">nothing that is known here</span>`

/** @param said `undefined`: nothing */
export function lengthCell({ known }: KnownFeed, said: Said | undefined, marks: Headed): Content {
  if (said === undefined) return html`<td data-head="${marks.head}">${NOTHING}</td> `
  const has = blocksOf(said)
  return html`<td data-head="${marks.head}">
    ${bar(known, [['have', has]])}${numberOf(has, known, marks)}
  </td> `
}

export function ownLengthCell({ length, known, downloaded, indexed, why }: KnownFeed): Content {
  const here = Math.min(downloaded, length)
  return html`<td data-head="this node">
    ${bar(known, [
      ['have', here],
      ['indexed', indexed],
    ])}${numberOf(length, known, { counts: false, writes: why === 'own' })}
    ${here < length ? html`<div class="quiet">${countText(here)} here</div>` : null}
    ${indexed < here ? html`<div class="quiet">${countText(indexed)} indexed</div>` : null}
  </td> `
}

/** @param said `undefined`: nothing */
export function levelCell({ known }: KnownFeed, said: Said | undefined, marks: CopyMarks): Content {
  if (said === undefined) return html`<td>${NOTHING}</td> `
  const has = blocksOf(said)
  return square(`l${levelOf(has, known)}`, wordsOf(has, known, marks), marks)
}

export function ownLevelCell({ length, known, downloaded, indexed, why }: KnownFeed): Content {
  const here = Math.min(downloaded, length)
  const marks = { ...UNMARKED, writes: why === 'own' }
  const words = `${wordsOf(here, known, marks)}${indexed < here ? `, ${countText(indexed)} indexed` : ''}`
  return square(`l${levelOf(here, known)}${indexed < here ? '' : ' indexed'}`, words, marks)
}

const blocksOf = ({ length, lacking = 0 }: Said): number => Math.max(0, length - lacking)

const LEVELS = 8

/** Full is only what lacks nothing, and empty what has nothing. */
function levelOf(has: number, known: number): number {
  if (has >= known) return LEVELS
  return has === 0 ? 0 : Math.min(LEVELS - 1, Math.max(1, Math.round((LEVELS * has) / known)))
}

const square = (level: string, words: string, marks: CopyMarks): Content =>
  html`<td title="${words}">
    <i class="square ${level}" aria-hidden="true">${signsOf(marks)}</i
    ><span class="said">${words}</span>
  </td> `

const signsOf = ({ counts, writes }: CopyMarks): string =>
  `${counts ? '✓' : ''}${writes ? '✎' : ''}`

/** Behind the longest head that is known, or as long. */
function wordsOf(has: number, known: number, { counts, writes }: CopyMarks): string {
  const lag = Math.max(0, known - has)
  const much =
    lag === 0
      ? `whole: ${countText(has)} ${has === 1 ? 'block' : 'blocks'}`
      : `${countText(has)} of ${countText(known)} blocks, ${countText(lag)} behind`
  return `${much}${counts ? ', its copy counts' : ''}${writes ? ', it writes this feed' : ''}`
}

function numberOf(has: number, known: number, marks: CopyMarks): Content {
  const lag = Math.max(0, known - has)
  const words = wordsOf(has, known, marks)
  const shown = lag === 0 ? countText(has) : `−${countText(lag)}`
  const signs = signsOf(marks)
  return html`<span aria-hidden="true" ${lag === 0 ? null : html` class="lag"`} title="${words}"
      >${shown}${signs === '' ? '' : ` ${signs}`}</span
    ><span class="said">${words}</span>`
}

function bar(known: number, parts: readonly (readonly [name: string, length: number])[]): Content {
  const of = Math.max(1, known)
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" width="100" height="4" />
    ${parts.map(
      ([name, length]) =>
        html`<rect
          class="${name}"
          width="${Math.round((100 * Math.min(length, of)) / of)}"
          height="4"
        />`,
    )}
  </svg>`
}
