/* The files of a folder that can be asked about, and those that cannot. */
import { readdir } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'

export interface Skipped {
  readonly path: string
  /** What it is, in the singular. */
  readonly why: string
}

export interface FolderFiles {
  readonly paths: readonly string[]
  /** Files that nobody certifies and nothing loads. */
  readonly skipped: readonly Skipped[]
}

const SUM = /\.(?:md5|sha1|sha256|sha512)$/
const SIGNATURE = /\.(?:asc|sig|sigstore|sigstore\.json)$/
/** What Maven's resolver, m2e and Ivy write beside what they have fetched. */
const NOTE =
  /^(?:_remote\.repositories|_maven\.repositories|resolver-status\.properties|m2e-lastUpdated\.properties|ivydata-.+\.properties|maven-metadata.*\.xml|.+\.lastUpdated)$/
/** Settings of the user, and folders for locks and the like, which Maven begins with a dot. */
const MAVEN =
  /\/\.m2\/(?:(?:settings|settings-security|toolchains|extensions)\.xml$|repository\/\.)/
/** All but the files themselves. */
const GRADLE = /\/caches\/(?:modules-\d+\/(?!files-\d)|journal-\d+\/|CACHEDIR\.TAG$)/

/**
 * Everything in a folder and below, in order; links to folders are not followed.
 * @throws what the file system throws
 */
export async function filesBelow(folder: string): Promise<FolderFiles> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const all = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  const paths: string[] = []
  const skipped: Skipped[] = []
  for (const path of all) {
    const why = whyAside(path)
    if (why === undefined) paths.push(path)
    else skipped.push({ path, why })
  }
  return { paths, skipped }
}

/** Files that only tell a build about others: many certifications leave them out. */
export const isDescription = (path: string): boolean => /\.(?:pom|module)$/.test(path)

function whyAside(path: string): string | undefined {
  const name = basename(path)
  if (SUM.test(name)) return 'checksum file'
  if (SIGNATURE.test(name)) return 'signature'
  const whole = resolve(path).split(sep).join('/')
  return NOTE.test(name) || MAVEN.test(whole) || GRADLE.test(whole) ? 'cache note' : undefined
}
