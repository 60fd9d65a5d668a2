import type { Collection } from '../certification/admission.ts'
import { AdmissionError } from '../errors.ts'
import { type AgreementParts, agreementBelow } from './agreement-below.ts'
import { sourceSegments } from './find.ts'
import type { Gate } from './gate.ts'
import type { NodeRepository } from './node-repository.ts'
import type { Agreement } from './repository.ts'
import { makeShared } from './shared.ts'
import type { Withheld } from './withheld.ts'

export interface AgreementsParts extends AgreementParts {
  readonly withheld: Withheld
  /** @throws NotFoundError COLLECTION_UNKNOWN */
  readonly collectionOf: (name: string) => Collection
  /** For who asks for it, and for what only adorns a page. */
  readonly comparing: Gate
  readonly adorning: Gate
}

export function makeAgreements(
  parts: AgreementsParts,
): Pick<NodeRepository, 'agreement' | 'agreementIfIdle'> {
  // an answer can be large: it is shared by those who ask at the same time, and then let go
  const [asked, adorned] = [makeShared(), makeShared()]
  const below = async (
    [name, ...segments]: readonly [string, ...(readonly string[])],
    compared: (collection: Collection) => Promise<Agreement | undefined>,
  ): Promise<Agreement | undefined> => {
    const found = await compared(parts.collectionOf(name))
    const withheld = parts.withheld.below([name, ...segments])
    const path = segments.join('/')
    const nothing = { collection: name, path, truncated: false, artifacts: [], uncounted: [] }
    return found === undefined && withheld === 0 ? undefined : { ...(found ?? nothing), withheld }
  }
  return {
    agreement: async (name, source) => {
      const segments = sourceSegments(source)
      return below([name, ...segments], (collection) =>
        asked.share([name, ...segments].join('/'), () =>
          parts.comparing.pass(() => agreementBelow(parts, collection, segments)),
        ),
      )
    },
    agreementIfIdle: async (name, source) => {
      const segments = sourceSegments(source)
      try {
        return await below([name, ...segments], (collection) =>
          adorned.share([name, ...segments].join('/'), () =>
            parts.adorning.pass(() => agreementBelow(parts, collection, segments)),
          ),
        )
      } catch (error) {
        if (error instanceof AdmissionError) return undefined
        throw error
      }
    },
  }
}
