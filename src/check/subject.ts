/* A file on this machine -> what to ask about it. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ArtifactName, fileNamesOf, isCoordinates } from '../certification/artifact-name.ts'
import type { Subject } from '../certification/agreement/verdict.ts'
import { MalformedError } from '../base/errors.ts'
import { cacheNameOf, isMadeByGradle } from './cache-name.ts'
import { type DebName, readDebName } from './deb.ts'

const PIECE = 1024 * 1024
const DEB = /\.(?:u?deb|ddeb)$/

/**
 * Hashes a file. What it is called is what it says itself (a Debian package: Package, Version and Architecture of its
 * control file), else what the user says, else what the folders of Maven's or Gradle's cache say, else its base name, which for a
 * jar is looked for in the group of its `pom.properties` too: a name that somebody else chose proves nothing.
 * @param as what the user says: a file name, `package_version_arch`, or `group:artifact:version[:classifier][@type]`
 * @throws MalformedError FILE_CHANGED, FILE_INVALID, QUERY_INVALID; what the file system throws
 */
export async function readSubject(path: string, as?: string): Promise<Subject> {
  // before it is opened: that would wait for whoever writes to a pipe
  if (!(await stat(path)).isFile())
    throw new MalformedError('FILE_INVALID', `${path} is no regular file.`)
  await using file = await open(path)
  const before = await file.stat({ bigint: true })
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')]
  let size = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, size)
    if (bytesRead === 0) break
    const piece = buffer.subarray(0, bytesRead)
    sha256.update(piece)
    sha512.update(piece)
    size += bytesRead
  }
  const deb = await readDebName(file)
  if (deb !== undefined && as !== undefined)
    throw new MalformedError(
      'FILE_INVALID',
      `${path} is a Debian package and says itself what it is; leave --as away.`,
    )
  if (deb === undefined && DEB.test(path))
    throw new MalformedError('FILE_INVALID', `${path} is called a Debian package, and is none.`)
  const name = await nameOf(path, { deb, as, jar: { file, size } })
  const after = await file.stat({ bigint: true })
  // the time of the last change of the inode cannot be put back
  if (BigInt(size) !== after.size || before.ctimeNs !== after.ctimeNs)
    throw new MalformedError(
      'FILE_CHANGED',
      `${path} changed while it was read. Check it again when nobody writes to it.`,
    )
  return {
    ...name,
    size,
    checksums: { sha256: sha256.digest('hex'), sha512: sha512.digest('hex') },
  }
}

interface Sayings {
  readonly deb: DebName | undefined
  readonly as: string | undefined
  readonly jar: { readonly file: FileHandle; readonly size: number }
}

async function nameOf(
  path: string,
  { deb, as, jar: { file, size } }: Sayings,
): Promise<Pick<Subject, 'name' | 'collection' | 'names' | 'isNamedByUser'>> {
  if (deb !== undefined) {
    const name = `${deb.package}_${deb.version}_${deb.architecture}`
    return { name, collection: 'debian', names: fileNamesOf(name) }
  }
  if (as !== undefined)
    return {
      name: as,
      ...(isCoordinates(as) && { collection: 'maven' }),
      names: fileNamesOf(as),
      isNamedByUser: true,
    }
  const base = basename(path)
  const cached = cacheNameOf(path)
  if (cached !== undefined) {
    const { coordinates, names } = cached
    return {
      name: coordinates ?? base,
      ...(coordinates !== undefined && { collection: 'maven' }),
      names,
      isNamedByUser: true,
    }
  }
  const { groupsInJar } = await import('./jar.ts')
  const groups = isMadeByGradle(path) ? [] : await groupsInJar(file, { base, size })
  // what stands in a file's own name is not read as coordinates
  const names: readonly ArtifactName[] = [
    { name: base },
    ...groups.map((group) => ({ name: base, group })),
  ]
  return { name: base, names }
}
