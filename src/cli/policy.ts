import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PublicKey } from '../certification/signatures/public-key.ts'
import { ConfigError, NotFoundError } from '../errors.ts'
import { type Command, refusePositionals, text } from './command.ts'
import { EXIT } from './exit.ts'
import { openHttpRepository } from './http-repository.ts'
import { plain, plainJson } from './plain.ts'

const TEMPLATE = `# Whom you believe, and how many of them it takes. countersign check reads this file.

# So many of the operators below must have certified the very bytes.
threshold = 1

# An operator who certified other bytes: "block" (the file is contradicted) or "warn".
contradiction = "block"
# For the apt hook, "block" or "warn": no node answers; too few of your operators, or none, have certified a package.
unreachable = "block"
insufficient = "block"
unknown = "block"

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

const POLICY_OPTION = { policy: { type: 'string' } } as const

export const policyInit: Command = {
  name: 'policy init',
  summary: 'write a policy file with comments, to be filled in',
  usage: '[--policy FILE]',
  help: `
Writes it where countersign check looks for it; a file that is there stays.

  --policy FILE                 (standard: countersign/policy.toml in your config folder)

Exit: 0 written, 78 there is one, or it cannot be written.`,
  options: POLICY_OPTION,
  async run(args, world) {
    refusePositionals(policyInit, args)
    const { defaultPolicyPath } = await import('../check/policy-file.ts')
    const path = text(args, 'policy') ?? defaultPolicyPath(process.env)
    try {
      await makeFolder(path, text(args, 'policy'))
      await writeFile(path, TEMPLATE, { flag: 'wx' })
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!isThere) throw unwritable(path, error)
      throw new ConfigError('POLICY_INVALID', `${path} is there already, and stays as it is`, {
        cause: error,
      })
    }
    world.out.write(
      args.json
        ? `${plainJson({ path })}\n`
        : plain(`wrote ${path}; next: countersign policy add-operator NAME KEYFILE`) + '\n',
    )
    return EXIT.fine
  },
}

export const policyAddOperator: Command = {
  name: 'policy add-operator',
  summary: 'let a policy name one more operator',
  usage: 'NAME {KEYFILE | FINGERPRINT}… [--node URL] [--policy FILE]',
  help: `
Adds an [[operator]] with these keys to the end of the file: of a KEYFILE (armored or binary) the fingerprint of
each primary key in it. Look at the fingerprint: it is what you believe from then on.

  --node URL                    look there whether a FINGERPRINT is a key, and whose it says that it is
  --policy FILE                 (standard: countersign/policy.toml in your config folder)

Exit: 0 added, 1 a file holds no key, or the node has none, 78 the policy would be wrong with it, and stays as it was.`,
  options: { ...POLICY_OPTION, node: { type: 'string' } },
  async run(args, world) {
    const [name, ...given] = args.positionals
    if (name === undefined || given.length === 0)
      throw new ConfigError(
        'USAGE',
        'policy add-operator takes a name, and key files or fingerprints',
      )
    const { defaultPolicyPath, policyOf } = await import('../check/policy-file.ts')
    const path = text(args, 'policy') ?? defaultPolicyPath(process.env)
    const node = text(args, 'node')
    const found = (await Promise.all(given.map((one) => keysOf(one, node)))).flat()
    const keys = found.map(({ fingerprint }) => fingerprint)
    const before = await readFile(path, 'utf8').catch(() => TEMPLATE)
    const added = `\n[[operator]]\nname = ${JSON.stringify(name)}\nkeys = [${keys.map((key) => JSON.stringify(key)).join(', ')}]\n`
    // one that would be refused is not written
    const { operators } = policyOf(`${before.trimEnd()}\n${added}`, path)
    try {
      await makeFolder(path, text(args, 'policy'))
      await writeFile(path, `${before.trimEnd()}\n${added}`)
    } catch (error) {
      throw unwritable(path, error)
    }
    world.out.write(
      args.json
        ? `${plainJson({ path, name, keys, operators: operators.length })}\n`
        : `${found.map(({ fingerprint, userId }) => `${plain(`${name}  ${fingerprint}  ${userId}`.trimEnd())}\n`).join('')}${plain(path)} names ${operators.length} operators now\n`,
    )
    return EXIT.fine
  },
}

/** Only the standard place is made: a folder that somebody names should be there. */
async function makeFolder(path: string, named: string | undefined): Promise<void> {
  if (named === undefined) await mkdir(dirname(path), { recursive: true })
}

function unwritable(path: string, error: unknown): ConfigError {
  const reason = error instanceof Error ? error.message : String(error)
  return new ConfigError('POLICY_INVALID', `${path} cannot be written: ${reason}`, { cause: error })
}

interface OperatorKey {
  readonly fingerprint: string
  /** What it says of its owner: anybody can write that. */
  readonly userId: string
}

async function keysOf(given: string, node: string | undefined): Promise<readonly OperatorKey[]> {
  const { readPublicKeys } = await import('../certification/signatures/public-key.ts')
  const fingerprint = given.replace(/^0x/i, '').toUpperCase()
  if (!/^(?:[\dA-F]{40}|[\dA-F]{64})$/.test(fingerprint)) {
    const bytes = await readFile(given).catch((cause: unknown) => {
      throw new ConfigError(
        'USAGE',
        `${given} is no fingerprint of 40 or 64 hex digits, and no file that can be read`,
        { cause },
      )
    })
    return (await readPublicKeys(new Uint8Array(bytes))).map(keyOf)
  }
  if (node === undefined) return [{ fingerprint, userId: '' }]
  const armored = await openHttpRepository(node).key(fingerprint)
  const keys = await readPublicKeys(Buffer.from(armored ?? ''))
    .catch(() => [])
    .then((read) => read.filter((key) => key.fingerprint === fingerprint))
  if (keys.length === 0)
    throw new NotFoundError(
      'KEY_NOT_FOUND',
      `${node} has no key ${fingerprint}; nothing was added.`,
    )
  return keys.map(keyOf)
}

const keyOf = ({ fingerprint, userIds: [userId = ''] }: PublicKey): OperatorKey => ({
  fingerprint,
  userId,
})
