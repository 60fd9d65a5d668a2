import { contradicts } from '../../certification/contradiction.ts'
import type { Agreement } from '../../repository/repository.ts'
import type { Content } from './html.ts'
import { html } from './html.ts'
import { countText } from './references.ts'

/** What others say of the artifacts of one certification; `null` if it is not compared. */
export function standingText({ artifacts }: Agreement, id: string): Content {
  const own = artifacts.flatMap((artifact) => {
    const groups = artifact.groups.filter(({ rebuilders }) =>
      rebuilders.some(({ certifications }) => certifications.includes(id)),
    )
    if (groups.length === 0) return []
    if (contradicts(artifact)) return 'contradicted'
    const agreed = groups.some(({ weak, rebuilders }) => !weak && rebuilders.length > 1)
    return agreed ? 'agreed' : 'alone'
  })
  if (own.length === 0) return null
  const count = (which: string): number => own.filter((one) => one === which).length
  const parts = [
    part(count('contradicted'), 'no', '≠ contradicted'),
    part(count('agreed'), 'yes', '= agreed by another'),
    part(count('alone'), 'quiet', 'said by nobody else'),
  ].filter((one) => one !== null)
  return html`of ${countText(own.length)} ${own.length === 1 ? 'artifact' : 'artifacts'}:
  ${parts.map((one, at) => [at === 0 ? '' : ', ', one])}`
}

const part = (count: number, mark: string, words: string): Content =>
  count === 0 ? null : html`<span class="${mark}">${countText(count)} ${words}</span>`
