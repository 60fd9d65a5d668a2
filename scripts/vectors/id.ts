/* Vectors of src/spec/id.md. */
import { readFileSync } from 'node:fs'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import type { DialectName } from '../../src/certification/dialects/dialect.ts'
import { examine } from '../../src/certification/examine.ts'
import { readSignedMessage } from '../../src/certification/signed-message.ts'
import { enarmor } from '../../src/certification/signatures/armor.ts'
import { trailerOf } from '../../src/certification/signatures/signature-packet.ts'
import { FINGERPRINT, KEY_ID, MADE, madeBody, packetOf, subpacket } from './made-signature.ts'
import type { Wanted } from './made-signature.ts'
import { hexOf } from './plain.ts'

const DATA = new URL('../../test/data/', import.meta.url)
export const dataBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(encodeURI(path), DATA)))

type File = readonly [dialect: DialectName, file: string, signature?: string]

const SBT = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
const MVN = 'jvm/signed/mvn-1.0-aggregate_jackson-bom-2.18.3'
const SUMS = 'checksums/29.4/achow101/all.SHA256SUMS'
export const LINK = 'in-toto/librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link'

/** Real files. */
export const FILES: readonly File[] = [
  ['debian', 'hello/alice/hello_2.10-3_amd64.buildinfo'],
  ['debian', 'hello/bob/hello_2.10-3_amd64.buildinfo'],
  ['debian', 'odd/01-prefix-injected-fields.buildinfo'],
  ['debian', 'odd/02-suffix-injected.buildinfo'],
  ['debian', 'odd/04-crlf.buildinfo'],
  ['debian', 'odd/05-trailing-space.buildinfo'],
  ['debian', 'odd/21-epoch-tilde-plus.buildinfo'],
  ['debian', 'debian/signed/0xffff_0.8-1+b1_amd64.buildinfo'],
  ['debian', 'debian/signed/bash_5.1-3+b1_amd64.buildinfo'],
  ['debian', 'debian/signed/gzip_1.10-2_all-amd64-source.buildinfo'],
  ['jvm', `${SBT}.alice.clearsigned`],
  ['jvm', `${SBT}.buildinfo`, `${SBT}.alice.buildinfo.asc`],
  ['jvm', `${MVN}.buildinfo`, `${MVN}.bob.buildinfo.asc`],
  ['checksums', SUMS, `${SUMS}.asc`],
  ['in-toto', LINK],
]

const TEXT = `Format: 1.0
Source: tool
Binary: tool
Architecture: all
Version: 1.0-1
Checksums-Sha256:
 ${'0'.repeat(64)} 7 tool_1.0-1_all.deb
`
const PROPERTIES = `group-id=org.example
artifact-id=tool
version=1.0
outputs.0.filename=tool-1.0.jar
outputs.0.length=7
outputs.0.checksums.sha512=${'0'.repeat(128)}
`
const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const crlf = (text: string): string => text.replaceAll('\n', '\r\n')

interface Made {
  readonly dialect: DialectName
  readonly what: string
  readonly document: string
  readonly signature?: string
}

const clearsigned = (what: string, wanted: Omit<Wanted, 'signed'>): Made => {
  const signed = octets(crlf(TEXT.trimEnd()))
  const armor = enarmor('SIGNATURE', packetOf(madeBody({ ...wanted, signed })))
  const document = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${TEXT}${armor}`
  return { dialect: 'debian', what, document }
}

const detached = (what: string, document: string, wanted: Wanted): Made => ({
  dialect: 'jvm',
  what,
  document,
  signature: enarmor('SIGNATURE', packetOf(madeBody(wanted))),
})

const OTHER_ID = subpacket(16, 'FEDCBA9876543210')
const ID = subpacket(16, KEY_ID)

const MADE_FILES: readonly Made[] = [
  clearsigned('by the fingerprint in the hashed area', {}),
  clearsigned('the same, with another key id and a notation in the unhashed area', {
    unhashed: [OTHER_ID, subpacket(20, '000000000001000061')],
  }),
  clearsigned('by the key id in the unhashed area', { hashed: [MADE], unhashed: [ID] }),
  clearsigned('by the key id in the hashed area, before a fingerprint in the unhashed one', {
    hashed: [MADE, ID],
    unhashed: [subpacket(33, `04${'11'.repeat(20)}`)],
  }),
  clearsigned('version 6, with a salt', {
    version: 6,
    hashed: [MADE, subpacket(33, `06${KEY_ID}${'00'.repeat(24)}`)],
  }),
  detached('a signature on the document as it is', PROPERTIES, {
    type: 0,
    signed: octets(PROPERTIES),
  }),
  detached('a signature on text, of a document with LF', PROPERTIES, {
    signed: octets(crlf(PROPERTIES)),
  }),
  detached(
    'the same signature, of the document with CRLF: another document, the same id',
    crlf(PROPERTIES),
    {
      signed: octets(crlf(PROPERTIES)),
    },
  ),
]

const unsupported = (what: string, wanted: Omit<Wanted, 'signed'>) => ({
  ...clearsigned(what, wanted),
  code: 'SIGNATURE_UNSUPPORTED',
})

const REFUSED: readonly (Made & { readonly code: string })[] = [
  unsupported('version 3', { version: 3 }),
  unsupported('a signature on a document, in a clearsigned message', { type: 0 }),
  unsupported('a certification of a key', { type: 0x10 }),
  unsupported('no creation time in the hashed area', {
    hashed: [subpacket(33, FINGERPRINT)],
    unhashed: [MADE],
  }),
  unsupported('nobody who made it', { hashed: [MADE] }),
  unsupported('a critical subpacket that is not known', {
    hashed: [MADE, ID, subpacket(0x80 | 100, '00')],
  }),
  unsupported('a critical notation', { hashed: [MADE, ID, subpacket(0x80 | 20, '00')] }),
  unsupported('a hash algorithm that is not known', { hash: 99 }),
  unsupported('version 6 with a salt that is too short', {
    version: 6,
    salt: new Uint8Array(16),
    hashed: [MADE, ID],
  }),
  {
    ...clearsigned('a subpacket that ends too early', { hashed: [MADE, Uint8Array.of(9, 16)] }),
    code: 'SIGNATURE_SYNTAX',
  },
]

/** What its key did not sign. */
const WRONG = [
  { dialect: 'debian', file: 'odd/07-tampered.buildinfo', key: 'hello/bob.asc' },
  {
    dialect: 'in-toto',
    file: 'in-toto/filesystem-2025.10.12-1-any.INVALID.in-toto.link',
    key: 'in-toto/reproducible-archlinux.pub',
  },
].map((one) => ({ ...one, code: 'SIGNATURE_INVALID' }))

interface Input {
  readonly bytes: Uint8Array
  readonly signature?: Uint8Array
}

/** Fields 1, 3, 4 and 5; what is signed is told by its length alone. */
function fieldsOf(dialect: DialectName, input: Input): object {
  if (dialect === 'in-toto') return {}
  const { signatures } = readSignedMessage(input)
  return {
    fields: signatures.map((one) => ({
      salt: hexOf(one.salt),
      hashedPart: hexOf(one.hashedPart),
      trailer: hexOf(trailerOf(one)),
      claimedKeyId: one.claimedKeyId,
    })),
  }
}

async function idsOf(dialect: DialectName, input: Input): Promise<readonly string[]> {
  const found = await examine(input, DIALECTS[dialect], [])
  return found.map(({ certification }) => certification.id)
}

export async function idVectors() {
  const files = await Promise.all(
    FILES.map(async ([dialect, file, signature]) => {
      const input = {
        bytes: dataBytes(file),
        ...(signature !== undefined && { signature: dataBytes(signature) }),
      }
      const ids = await idsOf(dialect, input)
      return { dialect, file, ...(signature && { signature }), ids, ...fieldsOf(dialect, input) }
    }),
  )
  const made = await Promise.all(
    MADE_FILES.map(async (one) => {
      const input = {
        bytes: octets(one.document),
        ...(one.signature !== undefined && { signature: octets(one.signature) }),
      }
      return { ...one, ids: await idsOf(one.dialect, input), ...fieldsOf(one.dialect, input) }
    }),
  )
  return { files, made, refused: REFUSED, wrong: WRONG }
}
