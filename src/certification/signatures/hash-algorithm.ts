/** A hash algorithm of RFC 9580 §9.5. */
export interface HashAlgorithm {
  /** As node:crypto calls it. */
  readonly name: string
  /** As the `Hash:` header of a clearsigned message calls it. */
  readonly header: string
  /** Collisions can be made, or soon: what is signed over it does not count. */
  readonly weak: boolean
  /** Octets of salt in a version 6 signature; `undefined`: may not be used there. */
  readonly saltLength?: number
  /** What stands before the digest in a PKCS #1 v1.5 signature (RFC 8017 §9.2), in hex. */
  readonly digestInfo: string
}

/** Octets of a digest: what stands before it ends with that number. */
export const digestLength = ({ digestInfo }: HashAlgorithm): number =>
  Number.parseInt(digestInfo.slice(-2), 16)

const sha2 = (arc: string, length: string): string => `30${length}300d0609608648016503040${arc}0500`

/** By their number in a packet. */
export const HASH_ALGORITHMS: ReadonlyMap<number, HashAlgorithm> = new Map([
  [
    1,
    { name: 'md5', header: 'MD5', weak: true, digestInfo: '3020300c06082a864886f70d020505000410' },
  ],
  [2, { name: 'sha1', header: 'SHA1', weak: true, digestInfo: '3021300906052b0e03021a05000414' }],
  [
    3,
    {
      name: 'ripemd160',
      header: 'RIPEMD160',
      weak: true,
      digestInfo: '3021300906052b2403020105000414',
    },
  ],
  [
    8,
    {
      name: 'sha256',
      header: 'SHA256',
      weak: false,
      saltLength: 16,
      digestInfo: `${sha2('201', '31')}0420`,
    },
  ],
  [
    9,
    {
      name: 'sha384',
      header: 'SHA384',
      weak: false,
      saltLength: 24,
      digestInfo: `${sha2('202', '41')}0430`,
    },
  ],
  [
    10,
    {
      name: 'sha512',
      header: 'SHA512',
      weak: false,
      saltLength: 32,
      digestInfo: `${sha2('203', '51')}0440`,
    },
  ],
  [
    11,
    {
      name: 'sha224',
      header: 'SHA224',
      weak: false,
      saltLength: 16,
      digestInfo: `${sha2('204', '2d')}041c`,
    },
  ],
  [
    12,
    {
      name: 'sha3-256',
      header: 'SHA3-256',
      weak: false,
      saltLength: 16,
      digestInfo: `${sha2('208', '31')}0420`,
    },
  ],
  [
    14,
    {
      name: 'sha3-512',
      header: 'SHA3-512',
      weak: false,
      saltLength: 32,
      digestInfo: `${sha2('20a', '51')}0440`,
    },
  ],
])
