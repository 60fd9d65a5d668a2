import { ConfigError } from '../../base/errors.ts'

/** Where armor begins, if it does at all. */
const LOOKED_AT = 64 * 1024

/**
 * Says what a file is that was meant to be submitted and is no signed .buildinfo, before it is sent anywhere: a
 * secret key above all.
 * @throws ConfigError USAGE
 */
export function refuseUnsuitable(file: string, bytes: Uint8Array): void {
  const text = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1')
  const armor =
    /^-----BEGIN PGP ([A-Z ]{1,40})-----/m.exec(text)?.[1] ??
    // in PEM, which other texts may quote
    /^\s*-----BEGIN ([A-Z ]{1,40})-----/.exec(text)?.[1]
  if (armor === 'PRIVATE KEY BLOCK' || armor?.endsWith('PRIVATE KEY') === true)
    throw new ConfigError('USAGE', 'this is a secret key: never send it; nothing was sent')
  if (armor === 'PUBLIC KEY BLOCK' || armor === 'PUBLIC KEY' || isKeyPacket(bytes))
    throw new ConfigError('USAGE', `this is a public key: countersign key add ${file}`)
  if (armor === 'SIGNATURE') {
    const rule = 'submit the file that it belongs to, and FILE.asc beside it is taken along'
    throw new ConfigError('USAGE', `this is a signature alone: ${rule}`)
  }
}

/** Tag 6 in the old format with each length of its length, or in the new one (RFC 9580, 4.2). */
function isKeyPacket(bytes: Uint8Array): boolean {
  const [first = 0] = bytes
  return (first >= 0x98 && first <= 0x9b) || first === 0xc6
}
