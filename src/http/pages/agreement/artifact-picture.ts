import type { ArtifactAgreement } from '../../../contract/agreement.ts'
import { summary } from './artifact-tallies.ts'
import { type Content, html } from '../elements/html.ts'
import { columnsOf, matrix } from './matrix.ts'
import { crumbs, hrefOf } from '../elements/references.ts'

/** What all rebuilders of one source say of the artifacts that are asked about. */
export interface ArtifactPicture {
  /** The collection first. */
  readonly segments: readonly string[]
  readonly artifacts: readonly ArtifactAgreement[]
}

/** Who certified something is half of an answer: who certified something else is the other. */
export function artifactPictures(
  pictures: readonly ArtifactPicture[],
  hasPolicy: boolean,
): Content {
  return pictures.map(
    ({ segments, artifacts }, at) =>
      html`<h2>In ${crumbs(segments, true)}</h2>
        <p>
          ${summary(artifacts, hasPolicy)}
          <a href="/agreement${hrefOf(segments)}">Who agrees about all of it?</a>
        </p>
        ${matrix(artifacts, columnsOf(artifacts), `p${at}r`)}`,
  )
}
