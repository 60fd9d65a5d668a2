/*
 * Certifications as somebody makes them who wants answers to be dear: many under one source, one version by many keys,
 * one file name and one checksum in thousands, one rebuilder with half of all, and an aggregate of 2,488 artifacts.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { canonicalJson } from '../../src/certification/signatures/canonical-json.ts'
import { ed25519Fingerprint, ed25519Pem } from '../../src/certification/signatures/ed25519-key.ts'
import { postRequest, sendAll } from './client.ts'
import { type HostileKey, hostileKeys } from './hostile-keys.ts'
import { makeCheapSigners, type Signer } from './signer.ts'
import { submission } from './submission.ts'

/** What was put where, for questions about it. */
export interface Crowd {
  readonly certifications: number
  readonly keys: readonly Signer[]
  /** Made half of all. */
  readonly hub: Signer
  readonly hostile: readonly HostileKey[]
  readonly refused: readonly HostileKey[]
  /** Signs links. */
  readonly instance: { readonly fingerprint: string; readonly pem: string }
  readonly link: string
  /** One that was sent. */
  readonly repeated: Buffer
  /** One more certification of {@link VERSION}, never the same. */
  readonly another: () => Promise<Buffer>
  readonly anotherAggregate: () => Promise<{ readonly bytes: Buffer; readonly signature: Buffer }>
}

export const SOURCE = 'crowd'
export const VERSION = '1.0-1'
/** In every certification of {@link SOURCE}, the same bytes. */
export const COMMON = 'crowd-common_all.deb'
export const COMMON_SHA256 = sha256('common')
/** Of 100 versions, each by twelve. */
export const WIDE = 'wide'
export const AGGREGATE = 'io/quarkus/quarkus-project/3.39.0.CR1'
export const MODULES = 'org/crowd/module'
export const PACKAGE = 'package'

const AGGREGATE_TEXT = new URL(
  '../../test/data/jvm/sample/quarkus-project-3.39.0.CR1.buildinfo',
  import.meta.url,
)
/** Of all certifications, what part is of which kind. */
const PART = { version: 0.1, source: 0.25, wide: 0.06, modules: 0.1, links: 0.05 } as const
const WIDE_REBUILDERS = 12
const AGGREGATES = 8
const CLIENTS = 32

interface Build {
  readonly source: string
  readonly version: string
  readonly files: readonly (readonly [name: string, sha256: string])[]
}

/** Sends them by the road that everybody takes. */
export async function makeCrowd(url: string, count: number): Promise<Crowd> {
  const keys = await makeCheapSigners(Math.max(24, Math.round(count / 40)))
  const [hub, ...others] = keys
  if (hub === undefined) throw new Error('no keys')
  const post = async (requests: readonly Buffer[], expect: readonly number[]) =>
    (await sendAll(url, requests, { clients: CLIENTS, expect })).answers
  const type = 'application/octet-stream'
  await post(
    keys.map(({ publicKey }) => postRequest('/keys', Buffer.from(publicKey), type)),
    [201],
  )
  const hostile = hostileKeys()
  const taken = await post(
    hostile.map(({ armored }) => postRequest('/keys', Buffer.from(armored), type)),
    [200, 201, 400, 403, 413, 422, 429],
  )
  const debian = await Promise.all(
    builds(count).map(({ build, by }) => signed(build, pick(keys, by))),
  )
  const modules = await Promise.all(
    Array.from({ length: Math.round(count * PART.modules) }, async (_, at) => {
      const bytes = moduleText(`1.${at}`)
      return { collection: 'maven' as const, bytes, signature: await hub.detach(bytes) }
    }),
  )
  const text = readFileSync(AGGREGATE_TEXT)
  const aggregates = await Promise.all(
    others.slice(0, AGGREGATES).map(async (signer) => ({
      collection: 'maven' as const,
      bytes: text,
      signature: await signer.detach(text),
    })),
  )
  const instance = makeInstance()
  await post([postRequest('/keys', Buffer.from(instance.pem), type)], [201])
  const links = Array.from({ length: Math.round(count * PART.links) }, (_, at) =>
    instance.link(`${PACKAGE}_${at}_amd64.deb`),
  )
  const rest = count - debian.length - modules.length - aggregates.length - links.length
  const single = await Promise.all(
    Array.from({ length: Math.max(0, rest) }, (_, at) => {
      const name = `lib${at}`
      const files = [[`${name}_1.0_amd64.deb`, sha256(name)] as const]
      return signed({ source: name, version: '1.0', files }, pick(keys, at % 4 === 0 ? at : 0))
    }),
  )
  const clearsigned = [...debian, ...single].map((bytes) =>
    submission({ collection: 'debian', bytes }),
  )
  await post(
    [
      ...clearsigned,
      ...[...modules, ...aggregates].map(submission),
      ...links.map((link) => postRequest('/rebuilderd', Buffer.from(link), type)),
    ],
    [201],
  )
  const another = (): Promise<Buffer> => {
    const files = [[COMMON, COMMON_SHA256] as const, ['crowd_new.deb', sha256(random())] as const]
    return signed({ source: SOURCE, version: VERSION, files }, pick(keys, 1))
  }
  return {
    certifications: clearsigned.length + modules.length + aggregates.length + links.length,
    keys,
    hub,
    hostile,
    refused: hostile.filter((_, at) => (taken[at]?.status ?? 500) >= 400),
    instance,
    link: links[0] ?? '',
    repeated: debian[0] ?? Buffer.alloc(0),
    another,
    anotherAggregate: async () => {
      const bytes = Buffer.from(`${text.toString().trimEnd()}\nbuild.number=${random()}\n`)
      return { bytes, signature: await hub.detach(bytes) }
    },
  }
}

/** Of Debian, with the number of the key that signs it: 0 is the hub's. */
function builds(count: number): readonly { readonly build: Build; readonly by: number }[] {
  const all: { build: Build; by: number }[] = []
  for (let at = 0; at < count * PART.version; at += 1) {
    // one in ten says otherwise
    const value = at % 10 === 9 ? `other ${at}` : 'same'
    const files = ['', '-doc', '-dbgsym'].map(
      (end) => [`${SOURCE}${end}_${VERSION}_amd64.deb`, sha256(`${end} ${value}`)] as const,
    )
    const build = {
      source: SOURCE,
      version: VERSION,
      files: [[COMMON, COMMON_SHA256] as const, ...files],
    }
    all.push({ build, by: at })
  }
  for (let at = 0; at < count * PART.source; at += 1) {
    const version = `0.${at}-1`
    const files = [
      [COMMON, COMMON_SHA256] as const,
      [`${SOURCE}_${version}_amd64.deb`, sha256(version)] as const,
    ]
    all.push({ build: { source: SOURCE, version, files }, by: 0 })
  }
  for (let at = 0; at < count * PART.wide; at += 1) {
    const version = `${at % Math.max(1, Math.floor((count * PART.wide) / WIDE_REBUILDERS))}.0-1`
    const files = Array.from({ length: 30 }, (_, file) => {
      const name = `${WIDE}${file}_${version}_amd64.deb`
      return [name, sha256(at % 7 === 0 ? `${name} ${at}` : name)] as const
    })
    all.push({ build: { source: WIDE, version, files }, by: at })
  }
  return all
}

/** A buildinfo with no more than it needs; the number makes two of one build differ. */
export function signed({ source, version, files }: Build, signer: Signer): Promise<Buffer> {
  const lines = files.map(([name, hex]) => ` ${hex} 1000 ${name}`)
  return signer.clearsign(
    [
      'Format: 1.0',
      `Source: ${source}`,
      `Binary: ${source}`,
      'Architecture: amd64',
      `Version: ${version}`,
      'Checksums-Sha256:',
      ...lines,
      'Build-Origin: Debian',
      'Build-Architecture: amd64',
      'Build-Date: Thu, 01 Jan 2026 00:00:00 +0000',
      `Build-Path: /build/${random()}`,
      'Installed-Build-Depends:',
      ' gcc (= 4:14.2.0-1)',
      'Environment:',
      ' LANG="C.UTF-8"',
      '',
    ].join('\n'),
  )
}

function moduleText(version: string): Buffer {
  const name = `module-${version}.jar`
  return Buffer.from(
    [
      'buildinfo.version=1.0-SNAPSHOT',
      'name=module',
      'group-id=org.crowd',
      'artifact-id=module',
      `version=${version}`,
      `outputs.0.groupId=org.crowd`,
      `outputs.0.filename=${name}`,
      'outputs.0.length=1000',
      `outputs.0.checksums.sha512=${createHash('sha512').update(name).digest('hex')}`,
      '',
    ].join('\n'),
  )
}

function makeInstance() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const bytes = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  const fingerprint = ed25519Fingerprint(bytes)
  return {
    fingerprint,
    pem: ed25519Pem(bytes),
    link: (file: string): string => {
      const products = { [file]: { sha256: sha256(file) } }
      const statement = {
        _type: 'link',
        name: `rebuild ${file}`,
        materials: {},
        products,
        environment: null,
        byproducts: {},
        command: [],
      }
      const sig = sign(null, Buffer.from(canonicalJson(statement)), privateKey).toString('hex')
      return JSON.stringify({
        signatures: [{ keyid: fingerprint.toLowerCase(), sig }],
        signed: statement,
      })
    },
  }
}

const random = (): string => randomBytes(8).toString('hex')

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function pick(keys: readonly Signer[], at: number): Signer {
  const key = keys[at % keys.length]
  if (key === undefined) throw new Error('no keys')
  return key
}
