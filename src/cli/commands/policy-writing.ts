import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Operator } from '../../certification/policy.ts'
import { ConfigError } from '../../base/errors.ts'
import { systemReason } from '../../base/system-reason.ts'

/** What countersign policy init writes. */
export const TEMPLATE = `# Whom you believe, and how many of them it takes. countersign check reads this file.

# So many of the operators below must have certified the very bytes.
threshold = 1

# An operator who certified other bytes: "block" (the file is contradicted) or "warn".
contradiction = "block"
# For the apt hook, "block" or "warn": no node answers; too few of your operators, or none, have certified a package.
unreachable = "block"
insufficient = "block"
unknown = "block"

# How old may be what a node has heard of your operators ("12h", "7d")? One that has heard nothing newer counts as one that does not
# answer. Without it any age will do. It needs owners: the peer ids of the nodes to which your operators give their certifications, as
# countersign status shows them there. An [[operator]] can have owners of its own.
# max-age = "7d"
# owners = ["12D3KooW…"]

# The nodes to ask. All of them are asked, none is believed. Best one of your own, which tells nobody.
nodes = ["http://127.0.0.1:8000"]

# A person or group with one vote, however many keys. countersign policy add-operator NAME KEYFILE adds one.
# [[operator]]
# name = "alice"
# keys = ["0123456789ABCDEF0123456789ABCDEF01234567"]

# The first rule that fits decides. * stands for any signs.
# [[rule]]
# name = "linux-image-*"
# threshold = 2
# [[rule]]
# name = "my-own-package_*"
# ignore = "built here"
`

/**
 * Puts them at the end of the policy file, which is begun if there is none; one that would be wrong is not written.
 * @param named as somebody named the file, if at all
 * @returns how many operators it names now
 * @throws ConfigError POLICY_INVALID
 */
export async function addOperators(
  path: string,
  named: string | undefined,
  operators: readonly Operator[],
): Promise<number> {
  const { policyOf } = await import('../../check/policy-file.ts')
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return TEMPLATE
    throw unwritable(path, error)
  })
  const tables = operators.map(({ name, keys }) => {
    const quoted = keys.map((key) => JSON.stringify(key)).join(', ')
    return `\n[[operator]]\nname = ${JSON.stringify(name)}\nkeys = [${quoted}]\n`
  })
  const after = `${before.trimEnd()}\n${tables.join('')}`
  const { operators: all } = policyOf(after, path, before)
  try {
    await makeFolder(path, named)
    // a full disk must not cut short the policy that is there; a link stays one
    const place = await realpath(path).catch(() => path)
    const mode = await stat(place).then(
      (found) => found.mode & 0o777,
      () => 0o644,
    )
    await rm(`${place}.new`, { force: true })
    await writeFile(`${place}.new`, after, { flag: 'wx', mode })
    await rename(`${place}.new`, place)
  } catch (error) {
    throw unwritable(path, error)
  }
  return all.length
}

/** Only the standard place is made: a folder that somebody names should be there. */
export async function makeFolder(path: string, named: string | undefined): Promise<void> {
  if (named === undefined) await mkdir(dirname(path), { recursive: true })
}

export function unwritable(path: string, error: unknown): ConfigError {
  const sentence = `${path} cannot be written: ${systemReason(error)}`
  return new ConfigError('POLICY_INVALID', sentence, { cause: error })
}
