import { open, readFile } from 'node:fs/promises'
import { binaryKeyring, scanKeyring } from '../certification/signatures/keyring-file.ts'
import { readPublicKeys } from '../certification/signatures/public-key.ts'
import { ConfigError, CountersignError } from '../errors.ts'
import type { KeyRow } from '../indexes/keyring.ts'

/** Keyring files that the operator has named: only places are held, keys are read when somebody needs them. */
export interface KeyringFiles {
  /** By fingerprint or key id in upper case. What cannot be used is left out. */
  readonly read: (name: string) => Promise<readonly KeyRow[]>
  readonly has: (fingerprint: string) => boolean
}

interface Slice {
  readonly path: string
  /** An armored file has no places on disk: it is read whole. */
  readonly armored: boolean
  readonly start: number
  readonly end: number
}

/** @throws ConfigError SETTING_INVALID if one of the files is no keyring */
export async function openKeyringFiles(paths: readonly string[]): Promise<KeyringFiles> {
  const slices = new Map<string, Slice[]>()
  const fingerprints = new Set<string>()
  for (const path of paths)
    for (const { slice, names, fingerprint } of await scan(path)) {
      fingerprints.add(fingerprint)
      for (const name of names) slices.set(name, [...(slices.get(name) ?? []), slice])
    }
  return {
    read: async (name) => {
      const found = slices.get(name) ?? []
      return (await Promise.all(found.map(readSlice))).flat()
    },
    has: (fingerprint) => fingerprints.has(fingerprint),
  }
}

async function scan(path: string) {
  try {
    const bytes = await readFile(path)
    const binary = binaryKeyring(bytes)
    const armored = binary !== bytes
    return [...scanKeyring(binary)].map(({ start, end, fingerprint, keyIds }) => ({
      slice: { path, armored, start, end },
      names: new Set([fingerprint, ...keyIds]),
      fingerprint,
    }))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('SETTING_INVALID', `keyring ${path} cannot be read: ${reason}`, { cause })
  }
}

async function readSlice(slice: Slice): Promise<readonly KeyRow[]> {
  try {
    return await readPublicKeys(await sliceBytes(slice))
  } catch (error) {
    if (error instanceof CountersignError) return []
    throw error
  }
}

async function sliceBytes({ path, armored, start, end }: Slice): Promise<Uint8Array> {
  if (armored) return binaryKeyring(await readFile(path)).subarray(start, end)
  const file = await open(path)
  try {
    const bytes = new Uint8Array(end - start)
    await file.read(bytes, 0, bytes.length, start)
    return bytes
  } finally {
    await file.close()
  }
}
