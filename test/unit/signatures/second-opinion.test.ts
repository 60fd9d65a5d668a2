import { describe, expect, test } from 'vitest'
import { dearmor } from '../../../src/certification/signatures/armor.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { contradicts } from '../../../src/certification/signatures/second-opinion.ts'
import { dataBytes } from '../../support/inputs.ts'
import { brokenVariants } from '../../support/variants.ts'

const PATH = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
const document = dataBytes(`${PATH}.buildinfo`)

async function verdictOf(who: string) {
  const [key] = await readPublicKeys(dataBytes(`hello/${who}.asc`))
  const armored = dearmor('SIGNATURE', dataBytes(`${PATH}.${who}.buildinfo.asc`))
  if (key === undefined || armored === undefined) throw new Error('no input')
  return {
    signature: armored.octets,
    signed: document,
    key: key.bytes,
    signedBy: key.fingerprint,
  }
}

describe('the second opinion', () => {
  test('contradicts every signature whose numbers were changed, until it has agreed on the key', async () => {
    for (const who of ['alice', 'bob']) {
      const verdict = await verdictOf(who)
      for (const [name, signature] of Object.entries(brokenVariants(verdict.signature)))
        expect(await contradicts({ ...verdict, signature }), `${who}: ${name}`).toBe(true)
      const other = { ...verdict, signed: document.subarray(1) }
      expect(await contradicts(other)).toBe(true)
    }
  })

  test('does not contradict a good one, nor what it cannot read', async () => {
    for (const who of ['alice', 'bob']) {
      const verdict = await verdictOf(who)
      expect(await contradicts({ ...verdict, key: Uint8Array.of(1, 2, 3) })).toBe(false)
      expect(await contradicts(verdict)).toBe(false)
    }
  })
})
