import { comparedSegments } from '../../certification/artifacts/source-identifier.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import type { Agreement, ArtifactAgreement } from '../../contract/agreement.ts'
import type { ArtifactPicture } from '../pages/agreement/artifact-picture.ts'

/** Sources whose agreement is looked at for one page, and artifacts that are shown of each. */
const SOURCES = 3
const ARTIFACTS = 20

/** What the sources of these certifications say of the artifacts that fit. */
export async function picturesOf(
  repository: NodeRepository,
  items: readonly CertificationSummary[],
  fits: (artifact: ArtifactAgreement) => boolean,
): Promise<readonly ArtifactPicture[]> {
  const paths = new Map<string, readonly string[]>()
  for (const { sources, collections } of items)
    for (const source of sources)
      for (const collection of collections) {
        const compared = comparedSegments(source)
        if (compared !== undefined)
          paths.set([collection, ...compared].join('/'), [collection, ...compared])
      }
  const pictures: ArtifactPicture[] = []
  for (const segments of [...paths.values()].slice(0, SOURCES)) {
    const artifacts = (await agreementAt(repository, segments))?.artifacts.filter(fits) ?? []
    if (artifacts.length > 0) pictures.push({ segments, artifacts: artifacts.slice(0, ARTIFACTS) })
  }
  return pictures
}

/** A page that is good without it does not wait for it when too many ask. */
export const agreementAt = (
  repository: NodeRepository,
  [collection = '', ...segments]: readonly string[],
): Promise<Agreement | undefined> => repository.agreementIfIdle(collection, segments.join('/'))
