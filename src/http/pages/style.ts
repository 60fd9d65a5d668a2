/** The one style sheet: no script, no font, no other host. A string, so that a build has nothing to copy. */
export const STYLE = `:root { color-scheme: light dark; --line: #8886; --quiet: #767676; --link: #0b57d0 }
@media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; --quiet: #9a9a9a } }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 0 1rem 3rem }
header, footer { border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .75rem 0 }
header b { margin-right: auto }
footer { border-bottom: 0; border-top: 1px solid var(--line); color: var(--quiet); margin-top: 2rem }
h1 { font-size: 1.5rem; overflow-wrap: anywhere }
h2 { font-size: 1.15rem; margin-top: 2rem; overflow-wrap: anywhere }
a { color: var(--link) }
code, pre, .hex { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere }
pre { background: #8881; border: 1px solid var(--line); overflow-x: auto; padding: .75rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: max-content 1fr }
dt { color: var(--quiet) }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
ul.plain { list-style: none; padding: 0 }
.quiet { color: var(--quiet) }
.no { color: #c5221f; font-weight: 600 }
.yes { color: #137333; font-weight: 600 }
@media (prefers-color-scheme: dark) { .no { color: #f28b82 } .yes { color: #81c995 } }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
`
