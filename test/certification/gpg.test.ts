import { describe, expect, test } from 'vitest'
import { examine } from '../../src/certification/examine.ts'
import { readPublicKeys } from '../../src/certification/signatures/public-key.ts'
import { anyText } from '../support/inputs.ts'
import { hasGpg, withGpg } from '../support/gpg.ts'

const TEXT = 'Format: 1.0\n-dash\n- dash\nFrom here\n\ncaf\u00e9 \u{1f600}\n\n'
const skipped = hasGpg ? '' : ' (skipped: gpg is not here)'

describe.skipIf(!hasGpg)(`what gpg signs${skipped}`, () => {
  test.each(['dsa2048', 'rsa2048', 'ed25519', 'nistp256', 'secp256k1', 'brainpoolP256r1'])(
    'with a key of the kind %s is good, and kept byte for byte',
    async (kind) => {
      const made = withGpg((gpg) => {
        const trusting = [
          '--pinentry-mode',
          'loopback',
          '--passphrase',
          '',
          '--trust-model',
          'always',
        ]
        gpg([...trusting, '--quick-gen-key', 'Test <t@rebuilder.example>', kind, 'sign', 'never'])
        return {
          key: gpg(['--export', '--armor']),
          clearsigned: gpg([...trusting, '--clearsign'], TEXT),
          detached: gpg([...trusting, '--detach-sign', '--armor'], TEXT),
          textual: gpg([...trusting, '--detach-sign', '--armor', '--textmode'], TEXT),
        }
      })
      const [key] = await readPublicKeys(Buffer.from(made.key))
      const keys = [key!.bytes]
      const clearsigned = Buffer.from(made.clearsigned)
      const [clear] = await examine({ bytes: clearsigned }, anyText, keys)
      expect(clear?.signature).toBe('good')
      expect(Buffer.from(clear!.certification.bytes).toString()).toBe(made.clearsigned)
      const bytes = Buffer.from(TEXT)
      const [detached] = await examine(
        { bytes, signature: Buffer.from(made.detached) },
        anyText,
        keys,
      )
      expect(detached?.signature).toBe('good')
      expect(Buffer.from(detached!.certification.signature!).toString()).toBe(made.detached)
      const signature = Buffer.from(made.textual)
      const [textual] = await examine({ bytes, signature }, anyText, keys)
      expect(textual?.signature).toBe('good')
      const crlf = Buffer.from(TEXT.replaceAll('\n', '\r\n'))
      const [other] = await examine({ bytes: crlf, signature }, anyText, keys)
      expect(other?.signature).toBe('good')
      expect(other?.certification.id).toBe(textual?.certification.id)
    },
  )
})
