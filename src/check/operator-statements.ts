import type { VerifiedKeyBytes } from '../certification/signatures/verified-key-bytes.ts'
import { setImmediate } from 'node:timers/promises'
import type { Examination } from '../certification/certification.ts'
import { DIALECTS } from '../certification/dialects/dialects.ts'
import { examine } from '../certification/examine.ts'
import { type SignatureFacts, stateOf } from '../certification/signatures/state.ts'
import type { OperatorStatement } from '../certification/agreement/verdict.ts'
import { CountersignError } from '../base/errors.ts'
import type { Found } from '../contract/lookup-answer.ts'

/** With what kind of document it stands in. */
export interface VerifiedStatement extends OperatorStatement {
  readonly dialect: string
}

interface Context {
  /** Minimised keys. */
  readonly material: readonly VerifiedKeyBytes[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** After so many what has come meanwhile is taken in. */
const AT_ONCE = 16

/**
 * What is good of it, by the id that is computed here from what was signed. Not in threads: they were tried, and 3,000 took 1.3 s
 * instead of 0.6 on two processors, since each thread has to become warm.
 */
export async function statementsIn(
  found: readonly Found[],
  context: Context,
): Promise<readonly VerifiedStatement[]> {
  const statements: VerifiedStatement[] = []
  for (const [at, one] of found.entries()) {
    if (at % AT_ONCE === 0) await setImmediate()
    statements.push(...(await statementsOf(one, context)))
  }
  return statements
}

/** Ids that belong to what is given under them, whoever signed it. */
export async function idsIn(found: readonly Found[]): Promise<ReadonlySet<string>> {
  const ids = await Promise.all(found.map((one) => examinedAs(one, [])))
  return new Set(ids.flat().map(({ certification }) => certification.id))
}

/** Nothing of what is no certification: as if it had not been given. */
async function examinedAs(
  { id, dialect: name, bytes, signature }: Found,
  material: readonly VerifiedKeyBytes[],
): Promise<readonly Examination[]> {
  const dialect = Object.values(DIALECTS).find((one) => one.name === name)
  if (dialect === undefined) return []
  const submitted = {
    bytes: Buffer.from(bytes, 'base64'),
    signature: signature === null ? undefined : Buffer.from(signature, 'base64'),
  }
  try {
    const examined = await examine(submitted, dialect, material)
    return examined.filter(({ certification }) => certification.id === id)
  } catch (error) {
    if (error instanceof CountersignError) return []
    throw error
  }
}

async function statementsOf(
  found: Found,
  { material, now }: Context,
): Promise<readonly VerifiedStatement[]> {
  return (await examinedAs(found, material)).flatMap((one) =>
    one.signature !== 'good'
      ? []
      : [
          {
            id: one.certification.id,
            dialect: found.dialect,
            rebuilder: one.facts.rebuilder,
            state: stateOf(one.facts, now),
            keyEndsAt: endOf(one.facts),
            artifacts: one.certification.buildinfo.artifacts,
          },
        ],
  )
}

/** Revoked or expired, in milliseconds since 1970. */
const endOf = ({ revoked, validUntil }: SignatureFacts): number | undefined =>
  revoked === undefined ? validUntil : revoked.at
