import { isStoredEd25519 } from '../../src/certification/signatures/ed25519-key.ts'
import { verifiedKeysOf, readUpload } from '../../src/certification/signatures/public-key.ts'
import type { PublicKey } from '../../src/certification/signatures/public-key.ts'
import { statementOf } from '../../src/certification/signatures/self-signature.ts'
import { signingKeysOf } from '../../src/certification/signatures/signing-key.ts'
import { CountersignError } from '../../src/base/errors.ts'
import type { Reading, Verdict } from './reading.ts'

export interface OurReading {
  readonly reading: Reading
  readonly leftOut: readonly string[]
  /** Its owner does not say what the key is for. */
  readonly withoutFlags: ReadonlySet<string>
}

export async function readByUs(file: Uint8Array): Promise<OurReading> {
  try {
    const { keys, unusable } = await readUpload(file)
    const said = [...keys.flatMap(({ leftOut }) => leftOut), ...unusable]
    return {
      reading: new Map(keys.flatMap(({ key }) => verdictsOn(key))),
      leftOut: said.map(({ what, why }) => `${what}: ${why}`),
      withoutFlags: new Set(keys.flatMap(({ key }) => (saysNoUse(key) ? [key.fingerprint] : []))),
    }
  } catch (error) {
    if (error instanceof CountersignError)
      return {
        reading: new Map(),
        leftOut: [`${error.code}: ${error.message}`],
        withoutFlags: new Set(),
      }
    throw error
  }
}

const saysNoUse = ({ bytes }: PublicKey): boolean =>
  verifiedKeysOf(bytes).some((key) => statementOf(key).maySign === undefined)

function verdictsOn({ bytes }: PublicKey): [string, Verdict][] {
  if (isStoredEd25519(bytes)) return []
  return verifiedKeysOf(bytes).flatMap((key) => {
    const keyIds = new Set([key.primary.keyId, ...key.subkeys.map((subkey) => subkey.key.keyId)])
    return [...keyIds].flatMap((keyId) =>
      signingKeysOf(key, keyId).map(({ facts, refusal }): [string, Verdict] => {
        // what it signs now is from before it was made
        const isMade = facts.validFrom <= Date.now()
        if (refusal !== undefined || !isMade) return [facts.signedBy, 'no']
        if (facts.revoked !== undefined) return [facts.signedBy, 'revoked']
        const ended = facts.validUntil !== undefined && facts.validUntil <= Date.now()
        return [facts.signedBy, ended ? 'ended' : 'signs']
      }),
    )
  })
}
