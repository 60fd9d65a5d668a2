import type { Problem } from '../problem.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

export function problemPage(problem: Problem): string {
  return layout(
    problem.title,
    html`<p>${problem.detail}</p>
      <p class="quiet">${problem.status} <code>${problem.code}</code></p>`,
  )
}
