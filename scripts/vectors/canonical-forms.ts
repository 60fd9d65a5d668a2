/* Vectors of src/spec/canonical-forms.md. */
import { createHash } from 'node:crypto'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import type { DialectName } from '../../src/certification/dialects/dialect.ts'
import { examine } from '../../src/certification/examine.ts'
import { fileName } from '../../src/certification/file-name.ts'
import { aliasProblem, encodePath, readPath } from '../../src/certification/path.ts'
import { toSegments } from '../../src/certification/artifacts/source-identifier.ts'
import { canonicalJson } from '../../src/certification/signatures/canonical-json.ts'
import { readCleartext, writeCleartext } from '../../src/certification/signatures/cleartext.ts'
import { packets } from '../../src/certification/signatures/packet.ts'
import {
  canonicalPacket,
  readSignaturePacket,
} from '../../src/certification/signatures/signature-packet.ts'
import { dataBytes, FILES } from './id.ts'
import { KEY_ID, MADE, madeBody, packetOf, subpacket } from './made-signature.ts'
import { hexOf } from './plain.ts'

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----'
/** Framing alone: what stands in the armor is not read. */
const ARMOR = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n'
const HEAD = `${BEGIN}\nHash: SHA512\n\n`

const TEXTS: readonly (readonly [what: string, message: string])[] = [
  ['as gpg writes it', `${HEAD}Field: value\n${ARMOR}`],
  ['no header at all', `${BEGIN}\n\nField: value\n${ARMOR}`],
  ['headers that nobody knows', `${BEGIN}\nHash: MD5\nX-Any: thing\n\nField: value\n${ARMOR}`],
  ['text around it', `before\n${HEAD}Field: value\n${ARMOR}behind\n`],
  ['CRLF line ends', `${HEAD}One: 1\nTwo: 2\n${ARMOR}`.replaceAll('\n', '\r\n')],
  [
    'blanks, tabs and carriage returns at the ends of lines',
    `${HEAD}One: 1 \t\nTwo: 2\r\r\n${ARMOR}`,
  ],
  ['escaped dashes, and one escape too many', `${HEAD}- -----\n- - x\n- plain\n${ARMOR}`],
  ['a dash that is not escaped', `${HEAD}-x\n--- y\n${ARMOR}`],
  ['a line that begins with From', `${HEAD}From here\nFrom\n${ARMOR}`],
  ['empty lines in front and at the end', `${HEAD}\n\nx\n\n\n${ARMOR}`],
  ['no text', `${HEAD}${ARMOR}`],
  ['one empty line', `${HEAD}\n${ARMOR}`],
]

const NOT_FRAMED: readonly (readonly [what: string, message: string, code: string])[] = [
  ['two messages', `${HEAD}x\n${ARMOR}${HEAD}y\n${ARMOR}`, 'MESSAGES_SEVERAL'],
  ['no blank line behind the header', `${BEGIN}\nField\n${ARMOR}`, 'ARMOR_SYNTAX'],
  ['five dashes that are not escaped', `${HEAD}-----x\n${ARMOR}`, 'ARMOR_SYNTAX'],
  ['no signature', `${HEAD}x\n`, 'ARMOR_SYNTAX'],
  ['a signature without an end', `${HEAD}x\n-----BEGIN PGP SIGNATURE-----\n`, 'ARMOR_SYNTAX'],
  ['a signature alone', ARMOR, 'ARMOR_SYNTAX'],
  ['an inline message', '-----BEGIN PGP MESSAGE-----\n', 'MESSAGE_NOT_CLEARSIGNED'],
]

function textVector([what, message]: (typeof TEXTS)[number]) {
  const { octets: signed } = readCleartext(octets(message)) ?? { octets: new Uint8Array() }
  const written = Buffer.from(writeCleartext(signed, 'SHA512', ARMOR)).toString()
  return { what, message, signed: hexOf(signed), written }
}

const body = (unhashed: readonly Uint8Array[], hashed?: readonly Uint8Array[]) =>
  madeBody({ signed: octets('x'), unhashed, ...(hashed && { hashed }) })
const id = subpacket(16, KEY_ID)
/** RSA: one integer, whose bit count says too much, with zeros in front. */
const rsa = (() => {
  const hashedPart = body([id]).subarray(0, 6 + MADE.length + 23)
  const part = Uint8Array.from(hashedPart)
  part[2] = 1
  return Buffer.concat([part, Buffer.from('0000abcd', 'hex'), Buffer.from('00200000ff01', 'hex')])
})()

const PACKETS: readonly (readonly [what: string, packet: Uint8Array])[] = [
  ['no unhashed area: the key id is put there', packetOf(body([]))],
  [
    'another key id and more in the unhashed area',
    packetOf(body([subpacket(16, 'FF'.repeat(8)), subpacket(20, '00')])),
  ],
  ['octets behind its last value', packetOf(Buffer.concat([body([]), Buffer.of(1, 2, 3)]))],
  ['an integer with zeros in front', packetOf(rsa)],
  [
    'version 6: nothing unhashed where the hashed area names the key',
    packetOf(
      madeBody({
        version: 6,
        signed: octets('x'),
        hashed: [MADE, subpacket(33, `06${KEY_ID}${'00'.repeat(24)}`)],
        unhashed: [id],
      }),
    ),
  ],
]

function packetVector([what, packet]: (typeof PACKETS)[number]) {
  const [one] = packets(packet, 'SIGNATURE_SYNTAX')
  const canonical = canonicalPacket(readSignaturePacket(one?.body ?? new Uint8Array()))
  return { what, packet: hexOf(packet), canonical: hexOf(canonical) }
}

const JSONS: readonly unknown[] = [
  { b: 1, a: [true, false, null, -7], '': {} },
  { '\u{1f600}': 1, '\uffee': 2, 'a"b\\c': 'ä' },
  { deep: [[[[[[[[[[[[[[[0]]]]]]]]]]]]]]] },
]
const NOT_JSON: readonly (readonly [what: string, json: string])[] = [
  ['a fraction', '{"a":1.5}'],
  ['a number beyond 2^53 - 1', '{"a":9007199254740992}'],
  ['a line feed', '{"a":"\\n"}'],
  ['a backslash before an n', '{"a":"\\\\n"}'],
  ['half a character', '{"a":"\\ud800"}'],
  ['too deep', `${'['.repeat(18)}${']'.repeat(18)}`],
]

const PATHS = [
  '',
  '/',
  '//',
  '/hello/2.10-3/amd64%20source/',
  'a+b/c%2Bd',
  '2%3A1.0/x~y',
  '%C3%A4/ü'.replace('ü', '%C3%BC'),
  "it's/%27/(x)!*",
]
const NO_PATHS: readonly (readonly [what: string, path: string])[] = [
  ['an empty segment', 'a//b'],
  ['a dot segment', 'a/../b'],
  ['an escaped dot segment', 'a/%2e%2e/b'],
  ['an escaped slash', 'a%2Fb'],
  ['a backslash', 'a%5Cb'],
  ['a control character', 'a%00b'],
  ['a C1 control character', 'a%C2%85b'],
  ['a bad escape', 'a%zz'],
  ['an escape that is no UTF-8', '%ff'],
  ['what is not escaped', 'ä'],
  ['256 bytes in a segment', 'a'.repeat(256)],
  ['65 segments', Array.from({ length: 65 }, () => 'a').join('/')],
]

const ALIASES: readonly (readonly [file: string, paths: readonly string[]])[] = [
  [
    'hello/alice/hello_2.10-3_amd64.buildinfo',
    [
      'hello/2.10-3/amd64/hello_2.10-3_amd64.buildinfo',
      'hello/2.10-3/any/where/hello_x.buildinfo',
      'hello_2.10-3.buildinfo',
      'hello_2.10-3_mine.buildinfo',
      'hello/2.10-3/hello_x.buildinfo',
      'hello/2.10-4/amd64/hello_2.10-4_amd64.buildinfo',
      'hello/2.10-3/amd64/hello_2.10-3_amd64.deb',
      'other_2.10-3_amd64.buildinfo',
    ],
  ],
  [
    'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.alice.clearsigned',
    [
      'com/scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12-0.1.6.buildinfo',
      'com/scalapenos/stamina-core_2.12/0.1.6/stamina-core-0.1.6.buildinfo',
      'com.scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12-0.1.6.buildinfo',
      'com/scalapenos/stamina-core_2.12/0.1.7/stamina-core_2.12-0.1.7.buildinfo',
      'stamina-core_2.12-0.1.6.buildinfo',
    ],
  ],
]

type Kept = Awaited<ReturnType<typeof examine>>[number]['certification']

async function certificationsOf(dialect: DialectName, file: string, signature?: string) {
  const input = {
    bytes: dataBytes(file),
    ...(signature !== undefined && { signature: dataBytes(signature) }),
  }
  const found = await examine(input, DIALECTS[dialect], [])
  return found.map(({ certification }) => certification)
}

const keptOf = ({ id: of, bytes, signature, claimedKeyId, buildinfo }: Kept) => ({
  id: of,
  claimedKeyId,
  bytes: sha256(bytes),
  signature: signature === undefined ? null : sha256(signature),
  sources: buildinfo.sources,
  artifacts: buildinfo.artifacts.length,
  folder: encodePath(toSegments(buildinfo.sources[0]) ?? []),
  file: fileName(buildinfo.stem, of),
})

async function aliasVectors() {
  const found = ALIASES.map(async ([file, paths]) => {
    const dialect = file.startsWith('jvm') ? 'jvm' : 'debian'
    const [first] = await certificationsOf(dialect, file)
    if (first === undefined) throw new Error(`${file} has no signature`)
    return paths.map((path) => ({
      dialect,
      file,
      path,
      allowed: aliasProblem(first.buildinfo, readPath(path)) === undefined,
    }))
  })
  return (await Promise.all(found)).flat()
}

const ODD = [
  ['odd/08-unsigned.buildinfo', 'SIGNATURE_MISSING'],
  ['odd/09-bom.buildinfo', 'ARMOR_SYNTAX'],
  ['odd/10-dup-field.buildinfo', 'BUILDINFO_SYNTAX'],
  ['odd/11-traversal.buildinfo', 'BUILDINFO_FIELD_INVALID'],
  ['odd/12-slash-version.buildinfo', 'BUILDINFO_FIELD_INVALID'],
  ['odd/14-nul.buildinfo', 'BUILDINFO_SYNTAX'],
  ['odd/15-no-version.buildinfo', 'BUILDINFO_FIELD_MISSING'],
  ['odd/27-inline-signed-not-clearsigned.buildinfo', 'MESSAGE_NOT_CLEARSIGNED'],
] as const

export async function canonicalFormVectors() {
  return {
    texts: TEXTS.map(textVector),
    refusedTexts: NOT_FRAMED.map(([what, message, code]) => ({ what, message, code })),
    packets: PACKETS.map(packetVector),
    jsons: JSONS.map((value) => ({ json: JSON.stringify(value), canonical: canonicalJson(value) })),
    refusedJsons: NOT_JSON.map(([what, json]) => ({ what, json, code: 'BUILDINFO_SYNTAX' })),
    paths: PATHS.map((path) => {
      const segments = readPath(path)
      return { path, segments, encoded: encodePath(segments) }
    }),
    refusedPaths: NO_PATHS.map(([what, path]) => ({ what, path, code: 'PATH_INVALID' })),
    aliases: await aliasVectors(),
    files: await Promise.all(
      FILES.map(async ([dialect, file, signature]) => ({
        dialect,
        file,
        ...(signature && { signature }),
        kept: (await certificationsOf(dialect, file, signature)).map(keptOf),
      })),
    ),
    refusedFiles: ODD.map(([file, code]) => ({ dialect: 'debian', file, code })),
  }
}
