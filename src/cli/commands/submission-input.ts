import { ConfigError } from '../../base/errors.ts'
import { type Arguments, text, texts, type CommandContext } from '../terminal/command.ts'
import { checkReadable, isReadable, readInput, STDIN } from '../terminal/input.ts'
import { refuseUnsuitable } from '../terminal/refuse-unsuitable.ts'

/** Fixed by the protocol. */
const MAX_CERTIFICATION = 1024 * 1024
const MAX_SIGNATURE = 64 * 1024
const MAX_KEYS = 8 * 1024 * 1024

const MAX_ALIAS_SEGMENTS = 64
/** Group with slashes, artifact, version, file; below the collection, which is not part of it. */
export const ALIAS_EXAMPLE = 'org/kordamp/jarviz/jarviz-core/0.3.0/jarviz-core-0.3.0.buildinfo'

/** What stands beside the files on the command line, read once. */
export interface Beside {
  readonly files: readonly string[]
  readonly signature: Uint8Array | undefined
  readonly keys: Uint8Array | undefined
  /** Where these came from, for errors. */
  readonly keyFiles: readonly string[]
  readonly collection: string | undefined
  readonly alias: readonly string[] | undefined
}

/** One file and its signature, as they go to every node. */
export interface Input {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array | undefined
}

/** @throws ConfigError USAGE before anything is sent */
export async function readBeside(args: Arguments, context: CommandContext): Promise<Beside> {
  const files = args.positionals
  const signature = text(args, 'signature')
  const alias = text(args, 'alias')
  const keys = texts(args, 'key')
  if (files.length === 0)
    throw new ConfigError('USAGE', 'submit takes signed files, or - for stdin')
  if (files.length > 1 && (signature !== undefined || alias !== undefined)) {
    const option = signature === undefined ? '--alias' : '--signature'
    throw new ConfigError('USAGE', `submit: ${option} belongs to one file; submit them one by one`)
  }
  const all = [...files, ...(signature === undefined ? [] : [signature]), ...keys]
  if (all.filter((file) => file === STDIN).length > 1)
    throw new ConfigError('USAGE', 'submit: stdin (-) can be read only once')
  await checkReadable(all)
  return {
    files,
    signature:
      signature === undefined ? undefined : await readInput(signature, MAX_SIGNATURE, context),
    keys: await readKeys(keys, context),
    keyFiles: keys,
    collection: text(args, 'collection'),
    alias: alias === undefined ? undefined : readAlias(alias),
  }
}

/** Several armored keys in a row are one file of keys. */
async function readKeys(
  files: readonly string[],
  context: CommandContext,
): Promise<Uint8Array | undefined> {
  if (files.length === 0) return undefined
  const pieces: Uint8Array[] = []
  for (const file of files) {
    pieces.push(await readInput(file, MAX_KEYS, context))
    if (files.length > 1) pieces.push(Buffer.from('\n'))
  }
  return Buffer.concat(pieces)
}

function readAlias(alias: string): readonly string[] {
  const segments = alias.split('/').filter((segment) => segment !== '')
  if (segments.length < 2 || segments.length > MAX_ALIAS_SEGMENTS)
    throw new ConfigError('USAGE', `submit: --alias is the whole path, like ${ALIAS_EXAMPLE}`)
  return segments
}

/** The file, and the signature that was named or lies beside it as FILE.asc. */
export async function readSubmitted(
  file: string,
  beside: Beside,
  context: CommandContext,
): Promise<Input> {
  const bytes = await readInput(file, MAX_CERTIFICATION, context)
  refuseUnsuitable(file, bytes)
  if (beside.signature !== undefined) return { bytes, signature: beside.signature }
  const neighbour = `${file}.asc`
  const takes = file !== STDIN && !isClearsigned(bytes) && (await isReadable(neighbour))
  return {
    bytes,
    signature: takes ? await readInput(neighbour, MAX_SIGNATURE, context) : undefined,
  }
}

const isClearsigned = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes).includes('-----BEGIN PGP SIGNED MESSAGE-----')
