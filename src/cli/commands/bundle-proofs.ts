import { isExpected } from '../../base/errors.ts'
/* What the proofs in a bundle prove, and how old it is. */
import { counted } from '../../base/counted.ts'
import type { Bundle } from '../../check/check.ts'
import { printable } from '../terminal/printable.ts'

const DAY = 86_400_000

/** A line for each bundle, for people. */
export async function bundleLines(
  bundles: ReadonlyMap<string, Bundle>,
): Promise<readonly string[]> {
  return Promise.all(
    [...bundles].map(async ([name, bundle]) => {
      const days = Math.floor((Date.now() - Date.parse(bundle.madeAt)) / DAY)
      const age = counted(days, 'day')
      const proved = await provedIds(bundle)
      const { idsIn } = await import('../../check/operator-statements.ts')
      const real = await idsIn(bundle.certifications)
      const count = bundle.certifications.filter(({ id }) => real.has(id) && proved.has(id)).length
      return printable(
        `${name} was made ${bundle.madeAt}, ${age} ago: what was certified, withheld or revoked since is not in it; ${count} of ${counted(bundle.certifications.length, 'certification')} proved to stand in a feed`,
      )
    }),
  )
}

/** Ids of certifications that stand below a signed head. A proof that proves nothing is as good as none. */
async function provedIds({ proofs }: Bundle): Promise<ReadonlySet<string>> {
  const { verifyProof } = await import('../../check/verify-proof.ts')
  const ids = new Set<string>()
  for (const proof of proofs) {
    try {
      const { entries } = await verifyProof(JSON.stringify(proof))
      for (const { kind, id } of entries) if (kind === 'certification' && id !== null) ids.add(id)
    } catch (error) {
      // too deep to be written once more
      if (!isExpected(error) && !(error instanceof RangeError)) throw error
    }
  }
  return ids
}
