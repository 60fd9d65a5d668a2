/* A version's bar: as many parts as there are ways to stand, as wide as there are rebuilders. */
import type { Voices } from '../../certification/voices.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { hrefOf } from './references.ts'

/** In pixels. A sign has room in a part of one rebuilder. */
const UNIT = 12
const HEIGHT = 14
/** More rebuilders share the width of so many. */
const UNITS = 10

/** How somebody can stand: a sign tells it without the colour. */
const STANDS = [
  { of: 'agreeing', sign: '=', fill: '--agree', ink: '#fff', one: 'agrees', many: 'agree' },
  {
    of: 'differing',
    sign: '\u2260',
    fill: '--differ',
    ink: '#000',
    one: 'differs',
    many: 'differ',
  },
  {
    of: 'alone',
    sign: '\u00b7',
    fill: '--line',
    ink: 'var(--text)',
    one: 'stands alone',
    many: 'stand alone',
  },
] as const satisfies readonly { readonly of: keyof Voices; readonly [name: string]: string }[]

type Part = (typeof STANDS)[number] & { readonly count: number }

/** `2 agree, 1 differs`, and the same as a picture, which is not read out. */
export function bar(voices: Voices | null): Content {
  if (voices === null) return html`<span class="quiet">not compared here</span>`
  const parts = STANDS.map((stand) => ({ ...stand, count: voices[stand.of] })).filter(
    ({ count }) => count > 0,
  )
  if (parts.length === 0) return html`<span class="quiet">nothing that counts</span>`
  const words = parts.map(({ count, one, many }) => `${count} ${count === 1 ? one : many}`)
  return html`${picture(parts)} <span>${words.join(', ')}</span>`
}

/** The same, leading to the whole picture. `path`: the collection first. */
export const agreementBar = (path: readonly string[], voices: Voices | null): Content =>
  html`<a class="bare" href="/agreement${hrefOf(path)}">${bar(voices)}</a>`

function picture(parts: readonly Part[]): Content {
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
