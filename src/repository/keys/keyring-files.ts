import { createHash } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'
import { binaryKeyring, scanKeyring } from '../../certification/signatures/keyring-file.ts'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import { ConfigError, CountersignError } from '../../base/errors.ts'
import type { ConfiguredKey, KeyRow } from '../../indexes/keyring.ts'
import { OWN_WORK, type VerificationPool } from '../verification/verification-pool.ts'

/** Keyring files that the operator has named: only places are held, keys are read when somebody needs them. */
export interface KeyringFiles {
  /** By fingerprint or key id in upper case. What cannot be used is left out. A file that was replaced is scanned again. */
  readonly read: (name: string) => Promise<readonly KeyRow[]>
  readonly has: (fingerprint: string) => boolean
  /** Every key that is in a file, each once. Nothing of it is verified. */
  readonly keys: () => Promise<readonly ConfiguredKey[]>
}

interface Slice {
  readonly start: number
  readonly end: number
  readonly names: ReadonlySet<string>
  readonly fingerprint: string
  readonly keyIds: readonly string[]
  /** SHA-256 of the key as the file has it, hex. */
  readonly digest: string
}

interface Scanned {
  readonly path: string
  /** Changes with the file. */
  readonly stamp: string
  /** An armored file has no places on disk: it is held without its armor. */
  readonly dearmored: Uint8Array | undefined
  readonly slices: readonly Slice[]
}

/** @throws ConfigError SETTING_INVALID if one of the files is no keyring */
export async function openKeyringFiles(
  paths: readonly string[],
  pool: Pick<VerificationPool, 'readPublicKeys'>,
): Promise<KeyringFiles> {
  let files = await Promise.all(paths.map(scan))
  let byName = namesOf(files)
  // keys that somebody needed: each is verified once, in a thread, and then known
  const remembered = new LRUCache<string, readonly KeyRow[]>({
    maxSize: CACHE_LIMITS.configuredKeys,
    sizeCalculation: (rows) => rows.reduce((sum, { bytes }) => sum + bytes.length, 512),
  })

  /** A file that has just gone or is no keyring any more stays what it was. */
  async function refresh(): Promise<void> {
    const now = await Promise.all(
      files.map(async (file) =>
        (await stampOf(file.path)) === file.stamp ? file : scan(file.path).catch(() => file),
      ),
    )
    if (now.every((file, at) => file === files[at])) return
    files = now
    byName = namesOf(files)
  }

  async function readSlice({ file, slice }: Named): Promise<readonly KeyRow[]> {
    const known = remembered.get(slice.digest)
    if (known !== undefined) return known
    const bytes = await sliceBytes(file, slice)
    // the file was replaced between the look at it and this
    if (bytes === undefined || sha256(bytes) !== slice.digest) return []
    const rows = await usable(bytes, pool)
    remembered.set(slice.digest, rows)
    return rows
  }

  return {
    read: async (name) => {
      await refresh()
      return (await Promise.all((byName.get(name) ?? []).map(readSlice))).flat()
    },
    has: (fingerprint) => byName.has(fingerprint),
    keys: async () => {
      await refresh()
      const all = files.flatMap(({ slices }) => slices)
      return [...new Set(all.map(({ fingerprint }) => fingerprint))].map((fingerprint) => {
        const copies = (byName.get(fingerprint) ?? []).map(({ slice }) => slice)
        const digests = copies.map(({ digest }) => digest).toSorted()
        return {
          fingerprint,
          keyIds: [...new Set(copies.flatMap(({ keyIds }) => keyIds))],
          digest: sha256(Buffer.from(digests.join(' '))),
        }
      })
    },
  }
}

interface Named {
  readonly file: Scanned
  readonly slice: Slice
}

function namesOf(files: readonly Scanned[]): ReadonlyMap<string, readonly Named[]> {
  const byName = new Map<string, Named[]>()
  for (const file of files)
    for (const slice of file.slices)
      for (const name of slice.names) {
        const named = byName.get(name)
        if (named === undefined) byName.set(name, [{ file, slice }])
        else named.push({ file, slice })
      }
  return byName
}

async function scan(path: string): Promise<Scanned> {
  try {
    const stamp = (await stampOf(path)) ?? ''
    const bytes = await readFile(path)
    const binary = binaryKeyring(bytes)
    const slices = [...scanKeyring(binary)].map((place) => ({
      ...place,
      names: new Set([place.fingerprint, ...place.keyIds]),
      digest: sha256(binary.subarray(place.start, place.end)),
    }))
    return { path, stamp, dearmored: binary === bytes ? undefined : binary, slices }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('SETTING_INVALID', `keyring ${path} cannot be read: ${reason}`, { cause })
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`
}

async function usable(
  bytes: Uint8Array,
  pool: Pick<VerificationPool, 'readPublicKeys'>,
): Promise<readonly KeyRow[]> {
  try {
    return await pool.readPublicKeys(bytes, OWN_WORK)
  } catch (error) {
    if (error instanceof CountersignError) return []
    throw error
  }
}

/** `undefined` if the file has gone. */
async function sliceBytes(file: Scanned, slice: Slice): Promise<Uint8Array | undefined> {
  const { start, end } = slice
  if (file.dearmored !== undefined) return file.dearmored.subarray(start, end)
  const opened = await open(file.path).catch(() => undefined)
  if (opened === undefined) return undefined
  try {
    const bytes = new Uint8Array(end - start)
    await opened.read(bytes, 0, bytes.length, start)
    return bytes
  } finally {
    await opened.close()
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
