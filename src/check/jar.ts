/* What a jar says of itself: Maven puts `META-INF/maven/GROUP/ARTIFACT/pom.properties` into it. */
import { read } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { isMavenSegment } from '../certification/dialects/jvm-coordinates.ts'
import { coordinatesOf } from './maven-file.ts'

const JAR = /\.(?:jar|war|ear|rar|aar|hpi|jpi|nar|kar)$/
const MAGIC = Buffer.from('PK')
/** Nothing but the list of its entries is read, and of that no more than this. */
const MOST_ENTRIES = 200_000
/** Those that fit the name of the file; more would be there for us alone. */
const MOST_FILES = 8
const MAX_FILE = 16 * 1024
const WINDOW = 64 * 1024

/**
 * Groups of which this jar says that it is a file: those of every `pom.properties` in it by which it is called as it is. Others
 * are of what was packed into it. It can say what it likes, so this finds contradictions and nothing else; of what cannot be
 * read it says nothing.
 * @param base name of the file
 */
export async function groupsInJar(
  file: FileHandle,
  { base, size }: { readonly base: string; readonly size: number },
): Promise<readonly string[]> {
  if (!JAR.test(base)) return []
  const magic = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
  if (!magic.buffer.equals(MAGIC)) return []
  const groups = new Set<string>()
  try {
    const zip = await fromRandomAccessReaderPromise(new FileReader(file), size, {
      autoClose: false,
    })
    zip.on('error', () => undefined)
    let [entries, files] = [0, 0]
    for await (const entry of zip.eachEntry()) {
      entries += 1
      if (entries > MOST_ENTRIES || files === MOST_FILES) break
      if (!isFitting(entry, base)) continue
      files += 1
      const group = groupIn(await textOf(zip, entry), base)
      if (group !== undefined) groups.add(group)
    }
  } catch {
    // a jar that is damaged, or that another program reads differently, is what its name says
  }
  return [...groups]
}

/** Is there anything to be read in it that could fit this file? Of the path in the archive nothing else is used. */
function isFitting({ fileName, compressedSize, uncompressedSize }: Entry, base: string): boolean {
  const [, artifact] = /^META-INF\/maven\/[^/]+\/([^/]+)\/pom\.properties$/.exec(fileName) ?? []
  if (artifact === undefined || !isMavenSegment(artifact)) return false
  return base.startsWith(`${artifact}-`) && Math.max(compressedSize, uncompressedSize) <= MAX_FILE
}

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of await zip.openReadStreamPromise(entry)) {
    if (!(piece instanceof Uint8Array)) break
    size += piece.length
    // the library holds it to what the list says
    if (size > MAX_FILE) throw new RangeError('more than its list says')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

/** As Java reads properties, of which Maven uses only `key=value`. */
function groupIn(text: string, base: string): string | undefined {
  const values = new Map<string, string>()
  for (const line of text.split(/\r\n?|\n/)) {
    const [, key = '', value = ''] =
      /^\s*(groupId|artifactId|version)\s*[=:]\s*(\S*)\s*$/.exec(line) ?? []
    values.set(key, value)
  }
  const [group = '', artifact = '', version = ''] = ['groupId', 'artifactId', 'version'].map(
    (key) => values.get(key),
  )
  return coordinatesOf(base, { group, artifact, version }) === undefined ? undefined : group
}

/** Reads a piece at a time: the list of a large jar has 100,000 entries, which are asked for one by one. */
class FileReader extends RandomAccessReader {
  readonly #descriptor: number
  #start = 0
  #piece = Buffer.alloc(0)

  constructor({ fd }: FileHandle) {
    super()
    this.#descriptor = fd
  }

  override read(
    ...[target, offset, length, position, done]: Parameters<RandomAccessReader['read']>
  ): void {
    const take = (): void => {
      const from = position - this.#start
      const taken = this.#piece.copy(target, offset, from, from + length)
      done(taken < length ? new RangeError('it ends early') : null)
    }
    const isHere = position >= this.#start && position + length <= this.#start + this.#piece.length
    if (isHere) {
      take()
      return
    }
    const wanted = Buffer.alloc(Math.max(length, WINDOW))
    read(this.#descriptor, wanted, 0, wanted.length, position, (error, size) => {
      this.#start = position
      this.#piece = wanted.subarray(0, error === null ? size : 0)
      if (error === null) take()
      else done(error)
    })
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const stream = new Readable({ read: () => undefined })
    const piece = Buffer.alloc(end - start)
    this.read(piece, 0, piece.length, start, (error) => {
      if (error !== null) stream.destroy(error)
      else stream.push(piece)
      if (error === null) stream.push(null)
    })
    return stream
  }
}
