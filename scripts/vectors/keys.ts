/* Vectors of src/spec/keys.md. */
import { createHash } from 'node:crypto'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import { examine } from '../../src/certification/examine.ts'
import { keyPartsOf } from '../../src/certification/signatures/key-part.ts'
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../../src/certification/signatures/public-key.ts'
import { stateOf } from '../../src/certification/signatures/state.ts'
import { gpgPartsOf, gpgSaysOf } from './gpg.ts'
import { dataBytes, LINK } from './id.ts'
import { madeDocuments, realDocuments } from './key-documents.ts'
import { MERGED, PIECES } from './key-pieces.ts'
import { hexOf } from './plain.ts'
import { STATE_CASES } from './states.ts'

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const REAL_KEYS = [
  'hello/alice.asc',
  'hello/bob.asc',
  'odd/key-expired.asc',
  'odd/key-revoked.asc',
  'debian/keys/bdale-garbee.asc',
  'debian/keys/bdale-garbee.with-third-party-signatures.asc',
  'checksums/builder-keys/achow101.gpg',
  'checksums/builder-keys/fanquake.gpg',
  'checksums/builder-keys/laanwj.gpg',
  'odd-keys/revocation-behind-subkey/key-and-revocation.asc',
  'odd-keys/direct-signatures-out-of-place/a.asc',
  'odd-keys/direct-signatures-out-of-place/b.asc',
  'odd-keys/two-uids-one-end/key.asc',
  'odd-keys/uidless-expiry-lost/key.asc',
  'odd-keys/revocation-of-version-3/key.asc',
]

const partsOf = ({ bytes }: PublicKey) =>
  keyPartsOf(bytes).map(({ algorithm: _inWords, ...part }) => part)

async function one(bytes: Uint8Array): Promise<PublicKey> {
  const [key] = await readPublicKeys(bytes)
  if (key === undefined) throw new Error('that is no key')
  return key
}

async function keptVector([what, sent]: (typeof PIECES)[number]) {
  const key = await one(sent)
  const { fingerprint, bytes } = key
  return {
    what,
    sent: hexOf(sent),
    fingerprint,
    kept: hexOf(bytes),
    parts: partsOf(key),
    gpg: gpgPartsOf(sent),
  }
}

async function realKeyVector(file: string) {
  const keys = await readPublicKeys(dataBytes(file))
  return keys.map((key) => ({
    file,
    fingerprint: key.fingerprint,
    keptBytes: key.bytes.length,
    kept: sha256(key.bytes),
    parts: partsOf(key),
    gpg: gpgPartsOf(dataBytes(file)),
  }))
}

function sentOf(what: string): Uint8Array {
  const found = PIECES.find(([name]) => name === what)
  if (found === undefined) throw new Error(`there is no ${what}`)
  return found[1]
}

async function mergeVector([first, second]: (typeof MERGED)[number]) {
  const [a, b] = [await one(sentOf(first)), await one(sentOf(second))]
  return {
    what: [first, second],
    one: hexOf(a.bytes),
    other: hexOf(b.bytes),
    merged: hexOf(mergePublicKeys(a, b).bytes),
  }
}

async function countedAs(document: Uint8Array, key: Uint8Array, at: number) {
  const keys = await readPublicKeys(key)
  const [found] = await examine(
    { bytes: document },
    DIALECTS.debian,
    keys.map(({ bytes }) => bytes),
  )
  if (found === undefined) throw new Error('nobody has signed it')
  if (found.signature === 'invalid') return found.code
  return stateOf(found.signature === 'good' ? found.facts : undefined, at)
}

async function linkVectors() {
  const keys = ['reproduce-debian-net-amd64', 'reproducible-archlinux']
  return Promise.all(
    keys.map(async (name) => {
      const key = await one(dataBytes(`in-toto/${name}.pub`))
      const found = await examine({ bytes: dataBytes(LINK) }, DIALECTS['in-toto'], [key.bytes])
      return {
        key: `in-toto/${name}.pub`,
        kept: hexOf(key.bytes),
        fingerprint: key.fingerprint,
        file: LINK,
        states: found.map((each) => stateOf(each.signature === 'good' ? each.facts : undefined, 0)),
      }
    }),
  )
}

export async function keyVectors() {
  return {
    made: await Promise.all(PIECES.map(keptVector)),
    files: (await Promise.all(REAL_KEYS.map(realKeyVector))).flat(),
    merges: await Promise.all(MERGED.map(mergeVector)),
    states: STATE_CASES,
    madeDocuments: await Promise.all(
      madeDocuments().map(async ({ what, document, key, at }) => {
        const bytes = new TextEncoder().encode(document)
        const state = await countedAs(bytes, octets(key), at)
        return { what, document, key, at, state, gpg: gpgSaysOf(bytes, octets(key), at) }
      }),
    ),
    documents: await Promise.all(
      realDocuments().map(async ({ file, key, at }) => {
        const [document, bytes] = [dataBytes(file), dataBytes(key)]
        const state = await countedAs(document, bytes, at)
        return { file, key, at, state, gpg: gpgSaysOf(document, bytes, at) }
      }),
    ),
    links: await linkVectors(),
  }
}
