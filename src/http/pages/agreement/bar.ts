/* A version's bar: as many parts as there are ways to stand, as wide as there are rebuilders. Colours are for those whom this node's pages name. */
import type { Tally } from '../../../certification/agreement/judge.ts'
import type { VersionTally } from '../../../contract/version-tally.ts'
import { type Content, html } from '../elements/html.ts'
import { hrefOf } from '../elements/references.ts'
import { agreementWords, isEmpty, sayingWords } from './tally-words.ts'

/** In pixels. A sign has room in a part of one voice. */
const UNIT = 12
const HEIGHT = 14
/** More rebuilders share the width of so many. */
const UNITS = 10

interface Part {
  readonly count: number
  readonly sign: string
  readonly fill: string
  readonly ink: string
}

/** `2 agree, 1 differs`, `2 say A, 1 says B`, and the same as a picture, which is not read out. */
export function bar(tally: VersionTally | null): Content {
  if (tally === null) return html`<span class="quiet">not compared here</span>`
  const { named, others } = tally
  const isNamed = !isEmpty(named)
  if (!isNamed && others !== null && isEmpty(others))
    return html`<span class="quiet">nothing that counts</span>`
  return [
    isNamed ? html`${picture(coloured(named))} <span>${agreementWords(named)}</span>` : null,
    isNamed && (others === null || !isEmpty(others)) ? html`<br />` : null,
    ofOthers(others, isNamed),
  ]
}

function ofOthers(others: Tally | null, isNamed: boolean): Content {
  if (others === null)
    return html`<span class="quiet"
      >${isNamed ? 'others: too many to compare here' : 'not compared here'}</span
    >`
  if (isEmpty(others)) return null
  return html`${picture(grey(others, isNamed))}
    <span class="${isNamed ? 'quiet' : 'plain'}"
      >${isNamed ? 'others: ' : null}${sayingWords(others, isNamed)}</span
    >`
}

/** The same, leading to the whole picture. `path`: the collection first. */
export const agreementBar = (path: readonly string[], tally: VersionTally | null): Content =>
  html`<a class="bare" href="/agreement${hrefOf(path)}">${bar(tally)}</a>`

const coloured = ({ agreeing, differing, alone }: Tally): readonly Part[] => [
  { count: agreeing, sign: '=', fill: '--agree', ink: '#fff' },
  { count: differing, sign: '\u2260', fill: '--differ', ink: '#000' },
  { count: alone, sign: '\u00b7', fill: '--line', ink: 'var(--text)' },
]

function grey({ agreeing, differing, alone, sides }: Tally, isNamed: boolean): readonly Part[] {
  const said =
    isNamed || sides.length < 2
      ? [
          { count: agreeing, sign: '=' },
          { count: differing, sign: '\u2260' },
          { count: alone, sign: '\u00b7' },
        ]
      : sides.map((count, at) => ({ count, sign: String.fromCharCode(65 + at) }))
  return said.map((part) => ({ ...part, fill: '--line', ink: 'var(--text)' }))
}

function picture(all: readonly Part[]): Content {
  const parts = all.filter(({ count }) => count > 0)
  const total = parts.reduce((sum, { count }) => sum + count, 0)
  const unit = Math.min(UNIT, (UNIT * UNITS) / total)
  let width = 0
  const drawn = parts.map(({ count, sign, fill, ink }) => {
    const [from, wide] = [width, Math.max(UNIT, Math.round(count * unit))]
    width += wide + 1
    return html`<rect x="${from}" width="${wide}" height="${HEIGHT}" fill="var(${fill})" /><text
        x="${from + wide / 2}"
        y="11"
        font-size="12"
        text-anchor="middle"
        fill="${ink}"
        >${sign}</text
      >`
  })
  return html`<svg
    class="voices"
    width="${width}"
    height="${HEIGHT}"
    viewBox="0 0 ${width} ${HEIGHT}"
    aria-hidden="true"
  >
    ${drawn}
  </svg>`
}
