/** The one style sheet: no script, no font, no other host. A string, so that a build has nothing to copy. */
export const STYLE = `:root { color-scheme: light dark; --back: #fff; --text: #1a1a1a; --line: #8886; --quiet: #636363; --link: #0b57d0; --no: #c5221f; --yes: #137333; --agree: #0072b2; --differ: #e69f00 }
@media (prefers-color-scheme: dark) { :root { --back: #14161a; --text: #e6e6e6; --link: #8ab4f8; --quiet: #a3a3a3; --no: #f28b82; --yes: #81c995 } }
* { box-sizing: border-box }
html { background: var(--back); color: var(--text) }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 0 1rem 3rem }
header, footer { border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .75rem 0 }
header { align-items: baseline }
header b { margin-right: auto }
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
.find input { border: 1px solid var(--line); border-radius: .25rem; margin: 0; width: 12rem }
body:has(main .search) .find { display: none }
body:has(.matrix) { max-width: 100rem }
footer { border-bottom: 0; border-top: 1px solid var(--line); color: var(--quiet); margin-top: 2rem }
h1 { font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere }
h2 span { font-size: 1rem; margin-left: .5rem }
a { color: var(--link) }
code, pre, .hex { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere }
button { background: none; border: 1px solid var(--line); border-radius: .25rem; color: inherit; cursor: pointer; padding: .25rem .75rem }
.note { border-left: 3px solid #e69f00; padding-left: .75rem }
progress { vertical-align: middle; width: 8rem }
progress.quiet { accent-color: var(--quiet) }
pre { background: #8881; border: 1px solid var(--line); overflow-x: auto; padding: .75rem }
input, button { font: inherit; margin: .25rem 0; padding: .25rem .5rem }
input { max-width: 100%; width: 22rem }
input[type=radio] { width: auto }
.search { margin: 1.5rem 0 }
.search label, .drop label { color: var(--quiet); display: block }
.search input { width: min(34rem, 100%) }
.drop { border: 1px dashed var(--line); margin: 1.5rem 0; padding: 0 1rem 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .35rem 1rem .35rem 0; text-align: left; vertical-align: top }
th { color: var(--quiet); font-weight: 400; white-space: nowrap }
td a, .long { overflow-wrap: anywhere }
td time, td .state, td .yes, td .no, td .whole { overflow-wrap: normal; white-space: nowrap }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: max-content 1fr }
dt { color: var(--quiet) }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
ul.plain { list-style: none; padding: 0 }
li { overflow-wrap: anywhere }
.group { border-left: 3px solid var(--line); margin: .75rem 0; padding-left: 1rem }
.group p, .group ul { margin: .25rem 0 }
.quiet { color: var(--quiet); font-weight: 400 }
.no { color: var(--no); font-weight: 600 }
.yes { color: var(--yes); font-weight: 600 }
td .quiet.hex { display: block }
.matrix { max-height: 90vh; overflow: auto }
.matrix thead th { background: var(--back); position: sticky; top: 0; z-index: 2 }
.matrix tbody td:not(.sums) { text-align: center }
.comparison.comparison tbody td { text-align: left }
.matrix table { width: auto }
.matrix th, .matrix td { padding: .2rem .5rem .2rem 0 }
.matrix th[scope=row] { color: inherit; overflow-wrap: anywhere; white-space: normal; min-width: 12rem }
.matrix .who { max-width: 12rem; min-width: 3rem; white-space: normal }
.matrix .tall .who { max-height: 12rem; padding: .2rem .3rem; vertical-align: bottom; white-space: nowrap; writing-mode: vertical-rl; transform: rotate(180deg) }
.matrix thead th { vertical-align: bottom }
.matrix .none { text-align: center }
.matrix .named { border-bottom: 2px solid var(--text) }
.mark { border-radius: .2rem; display: inline-block; font-weight: 700; line-height: 1.4rem; min-width: 1.6rem; padding: 0 .3rem; text-align: center; text-decoration: none }
.c0 { background: var(--agree); color: #fff }
.c1 { background: var(--differ); color: #000 }
.c2 { background: #cc79a7; color: #000 }
.c3 { background: #f0e442; color: #000 }
.c4 { background: #005f4b; color: #fff }
.c5 { background: #000; color: #fff; outline: 1px solid #888 }
.differs th[scope=row]::before { color: var(--no); content: '\\2260  '; font-weight: 700 }
.sum { display: block; white-space: nowrap }
.sum:target { outline: 2px solid var(--link) }
.matrix .comparison { table-layout: fixed; width: 100% }
.comparison th { overflow-wrap: anywhere; white-space: normal }
.network { display: block; margin: 0 auto; max-width: 46rem; min-width: 32rem; width: 100% }
.network text { fill: var(--text); font-size: 13px; paint-order: stroke; stroke: var(--back); stroke-width: 4px; text-anchor: middle }
.network .start { text-anchor: start }
.network .end { text-anchor: end }
.network circle { fill: var(--back); stroke: var(--link); stroke-width: 2.5 }
.network .line { fill: none; stroke: var(--quiet); stroke-width: 2.5 }
.network .away circle, .network .line.away { stroke: var(--quiet); stroke-dasharray: 6 4 }
.network .line.apart { stroke-width: 1 }
.network .line.apart, .network .tip.apart { opacity: .7 }
.network .apart circle { stroke: var(--quiet); stroke-width: 1 }
.network .no circle { stroke: var(--no); stroke-width: 4 }
.network .no text { fill: var(--no) }
.network .tip { fill: var(--quiet) }
.held .whole { white-space: nowrap }
.held td { min-width: 4.5rem; position: relative; white-space: nowrap }
.bar { display: block; height: .4rem; margin: .3rem 0 .1rem; width: 4rem }
.bar .all { fill: #8884 }
.bar .have { fill: var(--quiet) }
.bar .indexed { fill: var(--link) }
.no a { color: inherit }
.matrix .held .who { vertical-align: top }
.lag { font-weight: 700 }
.said { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px }
.chooser { width: auto }
.bars { border-bottom: 1px solid var(--line); display: block; fill: var(--link) }
.bars .space { fill: transparent }
.axis { display: flex; justify-content: space-between; margin: 0 }
@media (min-width: 40rem) {
  .held th:first-child { background: var(--back); left: 0; position: sticky; z-index: 1 }
}
.voices { vertical-align: -.125em }
@media (min-width: 40rem) {
  .matrix th[scope=row] { background: var(--back); left: 0; position: sticky; z-index: 1 }
}
@media (max-width: 40rem) {
  .matrix th[scope=row] { font-size: .875rem; min-width: 8rem }
  .matrix table:not(.held) .who { max-height: 9rem; min-width: 0; padding: .2rem .3rem; vertical-align: bottom; white-space: nowrap; writing-mode: vertical-rl; transform: rotate(180deg) }
  .find input { width: 9rem }
  header b { width: 100% }
  h2 span { margin-left: 0 }
  pre { white-space: pre-wrap; word-break: break-all }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd { margin-bottom: .5rem }
  .rows, .rows tbody, .rows tr { display: block }
  .rows thead { display: none }
  .rows tr { border-bottom: 1px solid var(--line); padding: .5rem 0 }
  .rows td { border: 0; display: grid; gap: 0 .75rem; grid-template-columns: 6.5rem 1fr; padding: .1rem 0 }
  .rows td::before { color: var(--quiet); content: attr(data-head) }
  .rows td > div { min-width: 0 }
}
`
