import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import type { DialectName } from '../../src/certification/dialects/dialect.ts'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import { claimedKeyIds, examine } from '../../src/certification/examine.ts'
import { fileName, idPrefixOf } from '../../src/certification/file-name.ts'
import { aliasProblem, encodePath, readPath } from '../../src/certification/path.ts'
import { toSegments } from '../../src/certification/artifacts/source-identifier.ts'
import { canonicalJson } from '../../src/certification/signatures/canonical-json.ts'
import { readCleartext, writeCleartext } from '../../src/certification/signatures/cleartext.ts'
import { packets } from '../../src/certification/signatures/packet.ts'
import { readPublicKeys } from '../../src/certification/signatures/public-key.ts'
import {
  canonicalPacket,
  readSignaturePacket,
} from '../../src/certification/signatures/signature-packet.ts'
import { dataBytes } from '../support/inputs.ts'
import { canonical, idsOfLink, idsOfOpenPgp, linkKeyId } from './second-id.ts'
import forms from './vectors/canonical-forms.json' with { type: 'json' }
import ids from './vectors/id.json' with { type: 'json' }

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const octetsOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** What a call throws, by its code; the error itself if that is our bug. */
function refusalOf(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return codeOf(error) ?? error
  }
  return 'nothing'
}

interface Named {
  readonly dialect: string
  readonly file: string
  readonly signature?: string
}

const inputOf = ({ file, signature }: Named) => ({
  bytes: dataBytes(file),
  ...(signature !== undefined && { signature: dataBytes(signature) }),
})
const isDialect = (name: string): name is DialectName => name in DIALECTS
function dialectOf(name: string) {
  if (!isDialect(name)) throw new Error(`no dialect ${name}`)
  return DIALECTS[name]
}

describe('the id of', () => {
  test.each(ids.files)('$file is that of the vector, here and by the words', async (vector) => {
    const { bytes, signature } = inputOf(vector)
    const found = await examine({ bytes, signature }, dialectOf(vector.dialect), [])
    expect(found.map(({ certification }) => certification.id)).toEqual(vector.ids)
    const file = Buffer.from(bytes)
    const secondly =
      vector.dialect === 'in-toto'
        ? idsOfLink(file)
        : idsOfOpenPgp(file, signature && Buffer.from(signature))
    expect(secondly).toEqual(vector.ids)
  })

  test.each(ids.made)(
    'a signature $what is that of the vector, here and by the words',
    async (vector) => {
      const { document, signature } = vector
      const input = { bytes: octets(document), ...(signature && { signature: octets(signature) }) }
      const found = await examine(input, dialectOf(vector.dialect), [])
      expect(found.map(({ certification }) => certification.id)).toEqual(vector.ids)
      const second = idsOfOpenPgp(
        Buffer.from(document),
        signature ? Buffer.from(signature) : undefined,
      )
      expect(second).toEqual(vector.ids)
    },
  )

  test('one statement is the same however it is wrapped', () => {
    const bob = ids.files.filter(({ ids: [id] }) => id === ids.files[1]?.ids[0])
    expect(bob).toHaveLength(5)
  })

  test.each(ids.refused)('$what is none: $code', ({ document, code }) => {
    expect(refusalOf(() => claimedKeyIds({ bytes: octets(document) }))).toBe(code)
  })

  test.each(ids.wrong)('$file does not make its key say it: $code', async (vector) => {
    const keys = await readPublicKeys(dataBytes(vector.key))
    const found = await examine(
      inputOf(vector),
      dialectOf(vector.dialect),
      keys.map(({ bytes }) => bytes),
    )
    expect(found).toContainEqual(
      expect.objectContaining({ signature: 'invalid', code: vector.code }),
    )
  })
})

/** The canonical form of a packet. */
const canonicalOf = (hex: string): string => {
  const [packet] = packets(octetsOf(hex), 'SIGNATURE_SYNTAX')
  return hexOf(canonicalPacket(readSignaturePacket(packet?.body ?? octets(''))))
}

test.each(['reproducible-archlinux', 'reproduce-debian-net-amd64'])(
  'the key id of %s is what the words make of its point',
  async (name) => {
    const [key] = await readPublicKeys(dataBytes(`in-toto/${name}.pub`))
    const point = Buffer.from(key?.bytes ?? octets('')).subarray(-32)
    expect(key?.fingerprint.toLowerCase()).toBe(linkKeyId(point))
  },
)

describe('the canonical form', () => {
  test.each(forms.texts)('of $what is that of the vector, and its own', (vector) => {
    const { message, signed, written } = vector
    const read = readCleartext(octets(message))
    expect(hexOf(read?.octets ?? octets(''))).toBe(signed)
    const armor = written.slice(written.indexOf('-----BEGIN PGP SIGNATURE-----'))
    expect(Buffer.from(writeCleartext(octetsOf(signed), 'SHA512', armor)).toString()).toBe(written)
    expect(hexOf(readCleartext(octets(written))?.octets ?? octets(''))).toBe(signed)
  })

  test.each(forms.refusedTexts)('of $what is not to be had: $code', ({ message, code }) => {
    expect(refusalOf(() => readCleartext(octets(message)))).toBe(code)
  })

  test.each(forms.packets)(
    'of a packet with $what is that of the vector, and its own',
    (vector) => {
      expect(canonicalOf(vector.packet)).toBe(vector.canonical)
      expect(canonicalOf(vector.canonical)).toBe(vector.canonical)
    },
  )

  test.each(forms.jsons)('of $json is that of the vector, here and by the words', (vector) => {
    const value: unknown = JSON.parse(vector.json)
    expect(canonicalJson(value)).toBe(vector.canonical)
    expect(canonical(value)).toBe(vector.canonical)
  })

  test.each(forms.refusedJsons)('of JSON with $what is not to be had: $code', ({ json, code }) => {
    expect(refusalOf(() => canonicalJson(JSON.parse(json)))).toBe(code)
  })

  test.each(forms.files)('of $file is that of the vector, and its own', async (vector) => {
    const dialect = dialectOf(vector.dialect)
    const found = await examine(inputOf(vector), dialect, [])
    for (const { certification } of found) {
      const { bytes, signature } = certification
      const [again] = await examine({ bytes, signature }, dialect, [])
      expect(again?.certification).toEqual(certification)
    }
    const kept = found.map(
      ({ certification: { id, bytes, signature, claimedKeyId, buildinfo } }) => ({
        id,
        claimedKeyId,
        bytes: sha256(bytes),
        signature: signature === undefined ? null : sha256(signature),
        sources: buildinfo.sources,
        artifacts: buildinfo.artifacts.length,
        folder: encodePath(toSegments(buildinfo.sources[0]) ?? []),
        file: fileName(buildinfo.stem, id),
      }),
    )
    expect(kept).toEqual(vector.kept)
    for (const { id, file } of kept) expect(idPrefixOf(file)).toBe(id.slice(0, 16))
  })

  test.each(forms.refusedFiles)('of $file is not to be had: $code', async (vector) => {
    const { bytes } = inputOf(vector)
    await expect(examine({ bytes }, dialectOf(vector.dialect), [])).rejects.toMatchObject({
      code: vector.code,
    })
  })
})

describe('a path', () => {
  test.each(forms.paths)('like "$path" is read and written as the vector has it', (vector) => {
    expect(readPath(vector.path)).toEqual(vector.segments)
    expect(encodePath(vector.segments)).toBe(vector.encoded)
    expect(readPath(vector.encoded)).toEqual(vector.segments)
  })

  test.each(forms.refusedPaths)('with $what is none: $code', ({ path, code }) => {
    expect(refusalOf(() => readPath(path))).toBe(code)
  })

  test.each(forms.aliases)('$path is an alias of $file: $allowed', async (vector) => {
    const [found] = await examine(inputOf(vector), dialectOf(vector.dialect), [])
    if (found === undefined) throw new Error('nobody has signed it')
    const problem = aliasProblem(found.certification.buildinfo, readPath(vector.path))
    expect(problem === undefined).toBe(vector.allowed)
  })
})
