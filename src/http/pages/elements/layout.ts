import { type Scope, scopeInWords } from '../../../contract/scope.ts'
import { type Content, html } from './html.ts'

/** As it stands in every page: what an answer says of its own moment takes its place, see {@link bodyStart}. */
export const LAYOUT_BODY = '<body>'

/** What every page says as long as it is so. */
export interface Notices {
  /** Is this node connected with none of its peers? */
  readonly isolated: boolean
  /** Have fewer other nodes what this one has than its operator wants? */
  readonly fewCopies: boolean
  /** What this node keeps of the feeds of others; `undefined`: everything. */
  readonly scope: Scope | undefined
}

/**
 * What stands in the place of {@link LAYOUT_BODY}. The elements are there as long as all is well, too: a page that is open fills them.
 * @param cursor behind which events are new to the page
 */
export const bodyStart = (cursor: string, { isolated, fewCopies, scope }: Notices): string =>
  html`<body data-after="${cursor}">
    <div id="isolated" role="status">${isolated ? ISOLATED : null}</div>
    <div id="few-copies" role="status">${fewCopies ? FEW_COPIES : null}</div>
    ${scope === undefined ? null : scopeLine(scope)}
  </body>`.toString()

const ISOLATED = html`<p class="alarm">
  This node is isolated: none of its peers is connected. What others certified lately may be missing
  here. <a href="/network">Its peers</a>
</p>`

const FEW_COPIES = html`<p class="alarm">
  Fewer other nodes have what this node has than its operator wants.
  <a href="/network#copies">How many have which</a>
</p>`

const scopeLine = (scope: Scope): Content =>
  html`<p class="quiet scope">
    Of what others publish, this node keeps only ${scopeInWords(scope)}. It cannot know of anything
    else: ask another node.
  </p>`

/** A whole page. `title` is text, `body` is markup; `heading` stands in for a title that holds links. */
export function layout(title: string, body: Content, heading?: Content): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Countersign</title>
        <link rel="stylesheet" href="/style.css" />
        <script src="/live.js" defer></script>
      </head>
      <body>
        <header>
          <b><a href="/">Countersign</a></b>
          <form class="find" action="/search" method="get" role="search">
            <input
              name="q"
              type="search"
              aria-label="Find"
              placeholder="find"
              maxlength="512"
              required
            />
          </form>
          <nav aria-label="Main">
            <a href="/certifications">certifications</a> <a href="/rebuilders">rebuilders</a>
            <a href="/network">network</a> <a href="/openapi.json">API</a>
          </nav>
        </header>
        <main>
          <h1>${heading ?? title}</h1>
          ${body}
        </main>
        <footer>
          This node says who certified what. Whom to trust is yours to decide.
          <a href="/policy">Whose word it counts apart</a>
        </footer>
      </body>
    </html> `.toString()
}

/** The link to the following page of a long table. */
export const nextLink = (href: string | undefined): Content =>
  href === undefined ? null : html`<p><a rel="next" href="${href}">next page</a></p>`

/** What a page leaves out of a long list. */
export function moreText(count: number, shown: number, what = ''): Content {
  if (count <= shown) return null
  return html`<p class="quiet">and ${count - shown} more${what && ` ${what}`}, in the JSON</p>`
}
