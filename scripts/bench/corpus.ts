/*
 * Certifications made from the real samples in test/data: the same lines and sizes, another source, version, date and
 * other checksums each time. Two rebuilders certify each build, so that artifacts have more than one answer.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diverseDebian, diverseJvm, wordsOf } from './diverse-texts.ts'
import { makeSigners, type Signer } from './signer.ts'

export interface Made {
  readonly collection: 'debian' | 'maven'
  readonly bytes: Buffer
  /** A JVM document has its signature beside it. */
  readonly signature?: Buffer
  readonly signer: Signer
  /** Path of its source identifier below the collection. */
  readonly source: string
  /** One of its artifacts. */
  readonly artifact: { readonly name: string; readonly algorithm: string; readonly hex: string }
}

export interface Range {
  readonly from: number
  readonly count: number
}

export interface Corpus {
  readonly signers: readonly Signer[]
  /** Distinct ones for every number, the same text whenever it is asked. Every fifth is a JVM one. */
  make(from: number, count: number): Promise<readonly Made[]>
  /** Debian ones alone, or JVM ones alone, which have the sizes of the real ones: 86 artifacts on average, 2,488 at most. */
  makeOf(kind: 'debian' | 'jvm', range: Range): Promise<readonly Made[]>
  /** Each of a text of its own (`diverse-texts.ts`), certified once; of both every fifth is a JVM one. */
  makeDiverse(kind: 'debian' | 'jvm' | 'both', range: Range): Promise<readonly Made[]>
  /** Debian ones as in `makeDiverse`, one architecture after the other; a key signs for all of them, or for one. */
  makeArchitectures(
    architectures: readonly string[],
    range: Range,
    isKeyForEach: boolean,
  ): Promise<readonly Made[]>
  /** Debian builds, each certified by all of these: one list for each build. */
  makeBuilds(count: number, signers: readonly Signer[]): Promise<readonly (readonly Made[])[]>
  /** Debian ones of one build, so that they share a leaf folder. */
  makeFolder(name: string, count: number): Promise<readonly Made[]>
}

const DATA = fileURLToPath(new URL('../../test/data', import.meta.url))
/** Samples of up to 792 kB exist: left out, since a few would be most of the bytes. */
const LARGEST = 32_768
/** Certifications of one build. */
const REBUILDERS = 2
const JVM_EVERY = 5
/** One in so many JVM documents is the largest there is: in 11,795 real ones and 1,151,282 artifacts a few are. */
const LARGEST_EVERY = 130

/** @param keys who sign; as many as usual, of the usual kinds, if absent */
export async function openCorpus(keys?: readonly Signer[]): Promise<Corpus> {
  const debian = samples('debian/unsigned', /^Format: 1\.0$[^]*^Build-Date: /m).filter(isNamed)
  const named = /^version=[^]*^artifact-id=|^artifact-id=[^]*^version=/m
  const jvm = samples('jvm/sample', named)
  const every = samples('jvm/sample', named, Infinity).toSorted((a, b) => a.length - b.length)
  const signers = keys ?? (await makeSigners())
  const signerFor = (at: number): Signer => pick(signers, at * 7919)

  async function one(at: number): Promise<Made> {
    const build = Math.floor(at / REBUILDERS)
    const signer = signerFor(at)
    return build % JVM_EVERY === JVM_EVERY - 1
      ? jvmOne(pick(jvm, build), { build, at, signer })
      : debianOne(pick(debian, build), { build: String(build), at, signer })
  }

  function oneOf(kind: 'debian' | 'jvm', at: number): Promise<Made> {
    const build = Math.floor(at / REBUILDERS)
    const signer = signerFor(at)
    if (kind === 'debian')
      return debianOne(pick(debian, build), { build: String(build), at, signer })
    const isLargest = at % LARGEST_EVERY === LARGEST_EVERY - 1
    const text = isLargest ? every.at(-1) : pick(every.slice(0, -1), build)
    return jvmOne(text ?? '', { build, at, signer })
  }

  const texts = { debian: diverseDebian(debian), jvm: diverseJvm(every, wordsOf(debian)) }
  function diverseOne(kind: 'debian' | 'jvm' | 'both', at: number): Promise<Made> {
    const signer = signerFor(at)
    const isJvm = kind === 'both' ? at % JVM_EVERY === JVM_EVERY - 1 : kind === 'jvm'
    return isJvm
      ? jvmOne(texts.jvm(at), { build: at, at, signer })
      : debianOne(texts.debian(at), { build: `d${at}`, at, signer })
  }

  /** Another architecture each time. */
  function architectureOne(
    architectures: readonly string[],
    at: number,
    isKeyForEach: boolean,
  ): Promise<Made> {
    const round = Math.floor(at / architectures.length)
    const signer = pick(signers, isKeyForEach ? at % architectures.length : round)
    const architecture = pick(architectures, at)
    const text = texts.debian(at).replace(/^Architecture: .*$/m, `Architecture: ${architecture}`)
    return debianOne(text, { build: `a${at}`, at, signer })
  }

  return {
    signers,
    makeArchitectures: (architectures, { from, count }, isKeyForEach) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          architectureOne(architectures, from + index, isKeyForEach),
        ),
      ),
    makeDiverse: (kind, { from, count }) =>
      Promise.all(Array.from({ length: count }, (_, index) => diverseOne(kind, from + index))),
    makeOf: (kind, { from, count }) =>
      Promise.all(Array.from({ length: count }, (_, index) => oneOf(kind, from + index))),
    make: (from, count) =>
      Promise.all(Array.from({ length: count }, (_, index) => one(from + index))),
    makeBuilds: (count, by) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          Promise.all(
            by.map((signer) => debianOne(pick(debian, at), { build: `c${at}`, at, signer })),
          ),
        ),
      ),
    makeFolder: (name, count) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          debianOne(pick(debian, 0), { build: name, at, signer: signerFor(at) }),
        ),
      ),
  }
}

function samples(folder: string, fitting: RegExp, largest = LARGEST): readonly string[] {
  const path = join(DATA, folder)
  return readdirSync(path)
    .toSorted()
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .filter((text) => text.length <= largest && fitting.test(text))
}

/** Do all its files carry its version in their names? One of ours has files of another version. */
function isNamed(text: string): boolean {
  const version = /^Version: (?:\d+:)?(.*)$/m.exec(text)?.[1] ?? ''
  return [...text.matchAll(/^ [\da-f]{64} \d+ (\S+)$/gm)].every(([, name]) =>
    name?.includes(version),
  )
}

function pick<T>(items: readonly T[], at: number): T {
  const item = items[at % items.length]
  if (item === undefined) throw new Error('no sample fits')
  return item
}

interface Variation<B> {
  /** What is the same for its rebuilders. */
  readonly build: B
  readonly at: number
  readonly signer: Signer
}

async function debianOne(text: string, { build, at, signer }: Variation<string>): Promise<Made> {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? ''
  const [name = ''] = field('Source').split(' ')
  const version = field('Version')
  const [shown, made] = [version.replace(/^\d+:/, ''), `${version.replace(/^\d+:/, '')}.${build}`]
  const next = checksums(build)
  const [head = '', rest = ''] = split(text, 'Build-Origin: ')
  // checksum lines carry the version in their file names
  const varied = head
    .replaceAll(shown, made)
    .replace(/^ ([\da-f]{32,64}) /gm, (_, hex: string) => ` ${next(hex.length)} `)
  const date = new Date(Date.UTC(2026, 0, 1) + at * 61_000).toUTCString().replace('GMT', '+0000')
  const whole = `${varied}${rest.replace(/^Build-Date: .*$/m, `Build-Date: ${date}`)}`
  const artifacts = [...whole.matchAll(/^ ([\da-f]{64}) \d+ (\S+)$/gm)]
  const [, hex = '', file = ''] = artifacts.findLast(([, , path]) => !path?.endsWith('.dsc')) ?? []
  const words = field('Architecture').split(' ').toSorted().join(' ')
  return {
    collection: 'debian',
    bytes: await signer.clearsign(whole),
    signer,
    source: [name, version.replace(shown, made), words].map(encodeURIComponent).join('/'),
    artifact: { name: file, algorithm: 'sha256', hex },
  }
}

async function jvmOne(text: string, { build, at, signer }: Variation<number>): Promise<Made> {
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
  const version = field('version')
  const next = checksums(`jvm ${build}`)
  const varied = text
    .replace(/^(?:version=|name=|outputs\.[\d.]*filename=).*$/gm, (line) =>
      line.replaceAll(version, `${version}.${build}`),
    )
    .replace(/[\da-f]{128}/g, (hex) => next(hex.length))
  const bytes = Buffer.from(`${varied.trimEnd()}\nbuild.number=${at}\n`)
  const file = /^outputs\.[\d.]*filename=(.*)$/m.exec(varied)?.[1] ?? ''
  const hex = /[\da-f]{128}/.exec(varied)?.[0] ?? ''
  const path = [...field('group-id').split('.'), field('artifact-id'), `${version}.${build}`]
  return {
    collection: 'maven',
    bytes,
    signature: await signer.detach(bytes),
    signer,
    source: path.map(encodeURIComponent).join('/'),
    artifact: { name: file, algorithm: 'sha512', hex },
  }
}

function split(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}

/** Hex digits that no other build has, as many as asked. */
function checksums(seed: string): (length: number) => string {
  let count = 0
  return (length) => {
    count += 1
    return createHash('sha512').update(`${seed} ${count}`).digest('hex').slice(0, length)
  }
}
