import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TomlError } from 'smol-toml'
import { type Policy, readPolicy } from '../certification/policy.ts'
import { PolicyError } from '../certification/policy-error.ts'
import { lineOf, readToml } from '../base/toml-file.ts'
import { ConfigError } from '../base/errors.ts'
import { systemReason } from '../base/system-reason.ts'

const MAX_BYTES = 1024 * 1024

/** `policy.toml` in the user's config folder (XDG Base Directory Specification). */
export function defaultPolicyPath(
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const folder = environment['XDG_CONFIG_HOME']
  // a relative one is to be ignored, says the specification
  const config = folder?.startsWith('/') === true ? folder : join(homedir(), '.config')
  return join(config, 'countersign', 'policy.toml')
}

/**
 * Reads a policy.
 * @throws ConfigError POLICY_INVALID, with file and line
 */
export const loadPolicy = async (path: string): Promise<Policy> =>
  policyOf(await readText(path), path)

/**
 * @param path where the text stands, for the error
 * @param there what stands there now, if that is less: nobody finds the line of what is still to be written
 * @throws ConfigError POLICY_INVALID, with file and line
 */
export function policyOf(text: string, path: string, there: string = text): Policy {
  try {
    const file = readToml(text)
    try {
      return readPolicy(file.values)
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      const line = error.path.length === 0 ? 0 : lineOf(file, error.path)
      const isThere = line > 0 && line <= there.trimEnd().split('\n').length
      throw invalid(`${path}${isThere ? ` line ${line}` : ''}: ${error.message}`, error)
    }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = ''] = error.message.split('\n')
    throw invalid(`${path} line ${error.line}: ${reason}`, error)
  }
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) throw invalid(`${path} is larger than 1 MiB`, undefined)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw invalid(
      isAbsent
        ? `There is no policy at ${path}. countersign policy init --policy ${path} makes one.`
        : `${path} cannot be read: ${systemReason(error)}`,
      error,
    )
  }
}

const invalid = (message: string, cause: unknown): ConfigError =>
  new ConfigError('POLICY_INVALID', message, { cause })
