import type { WithholdingFacts } from '../../base/errors.ts'
import type { Advice } from '../search/search-advice.ts'
import type { Problem } from '../../contract/problem.ts'
import { catchingUp } from './elements/catching-up.ts'
import { type Content, html } from './elements/html.ts'
import { layout } from './elements/layout.ts'
import { timeText } from './elements/references.ts'
import { hitList, searchBox } from './elements/search-box.ts'

/** @param advice what may help, where nothing was found */
export function problemPage(problem: Problem, advice?: Advice): string {
  const { withholding } = problem
  return layout(
    problem.title,
    html`${withholding === undefined ? html`<p>${problem.detail}</p>` : why(withholding)}
      ${advice === undefined ? null : help(advice)}
      <p class="quiet">${problem.status} <code>${problem.code}</code></p>`,
  )
}

function help({ query, near, status }: Advice): Content {
  return html`${catchingUp(status)}
  ${
    near.length === 0
      ? null
      : html`<p>This is here:</p>
          ${hitList(near)}`
  }
  ${searchBox(query)}`
}

function why({ id, reason, code, at, feed }: WithholdingFacts): Content {
  return html`<p>
      This node took this certification away. Its feed still proves that something stood there, and
      another node may have it.
    </p>
    <dl>
      <dt>reason</dt>
      <dd>${reason}</dd>
      <dt>code</dt>
      <dd>${code}</dd>
      <dt>since</dt>
      <dd>${timeText(at)}</dd>
      <dt>said in</dt>
      <dd>
        ${
          feed === null
            ? 'no feed: this node alone does not answer it'
            : html`<a class="hex" href="/feeds/${feed}">${feed}</a>`
        }
      </dd>
      <dt>certification</dt>
      <dd class="hex">${id}</dd>
    </dl>
    <p><a href="/withheld">All that this node withholds</a></p>`
}
