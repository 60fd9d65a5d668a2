import { readFingerprint } from '../../base/fingerprint.ts'
import { readFile, writeFile } from 'node:fs/promises'
import type { PublicKey } from '../../certification/signatures/public-key.ts'
import { counted } from '../../base/counted.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import { type Command, refusePositionals, text } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { openHttpRepository } from '../../client/http-repository.ts'
import { namingFile } from '../terminal/input.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { addOperators, makeFolder, TEMPLATE, unwritable } from './policy-writing.ts'

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
  async run(args, context) {
    refusePositionals(policyInit, args)
    const { defaultPolicyPath } = await import('../../check/policy-file.ts')
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
    context.out.write(
      args.json
        ? `${printableJson({ path })}\n`
        : printable(`wrote ${path}; next: countersign policy add-operator NAME KEYFILE`) + '\n',
    )
    return EXIT.fine
  },
}

export const policyAddOperator: Command = {
  name: 'policy add-operator',
  summary: 'let a policy name one more operator',
  usage: 'NAME {KEYFILE | FINGERPRINT}… | --list FILE [NAME]…',
  help: `
Adds an [[operator]] with these keys to the end of the file: of a KEYFILE (armored or binary, or
of in-toto in PEM) the fingerprint of each primary key in it. Look at the fingerprint: it is what
you believe from then on. Who is in the file already gets another key by hand, beside the first:
keys = ["FINGERPRINT", "FINGERPRINT"].

  --list FILE                   a list of rebuilderd instances, as the README of rebuilderd-community
                                has it ("-": stdin): adds those that are named, by the keys that
                                they give now; without a NAME it prints them and adds none.
                                Instances of one host are one operator
  --node URL                    look there whether a FINGERPRINT is a key, and whose it says that it is
  --policy FILE                 (standard: countersign/policy.toml in your config folder)

Exit: 0 added, 1 a file holds no key, or the node has none, 78 the policy would be wrong with it, and stays as it was.`,
  options: { ...POLICY_OPTION, node: { type: 'string' }, list: { type: 'string' } },
  async run(args, context) {
    const list = text(args, 'list')
    if (list !== undefined) {
      const { addListed } = await import('./policy-add-listed.ts')
      return addListed(list, { args, context })
    }
    const [name, ...given] = args.positionals
    if (name === undefined || given.length === 0)
      throw new ConfigError(
        'USAGE',
        'policy add-operator takes a name, and key files or fingerprints',
      )
    const { defaultPolicyPath } = await import('../../check/policy-file.ts')
    const path = text(args, 'policy') ?? defaultPolicyPath(process.env)
    const node = text(args, 'node')
    const found = (await Promise.all(given.map((one) => keysOf(one, node)))).flat()
    const keys = found.map(({ fingerprint }) => fingerprint)
    const operators = await addOperators(path, text(args, 'policy'), [{ name, keys }])
    context.out.write(
      args.json
        ? `${printableJson({ path, name, keys, operators })}\n`
        : `${found.map(({ fingerprint, userId }) => `${printable(`${name}  ${fingerprint}  ${userId}`.trimEnd())}\n`).join('')}${printable(path)} names ${counted(operators, 'operator')} now\n`,
    )
    return EXIT.fine
  },
}

interface OperatorKey {
  readonly fingerprint: string
  /** What it says of its owner: anybody can write that. */
  readonly userId: string
}

async function keysOf(given: string, node: string | undefined): Promise<readonly OperatorKey[]> {
  const { readPublicKeys } = await import('../../certification/signatures/public-key.ts')
  const fingerprint = readFingerprint(given)
  if (fingerprint === undefined) {
    const bytes = await readFile(given).catch((cause: unknown) => {
      throw new ConfigError(
        'USAGE',
        `${given} is no fingerprint of 40 or 64 hex digits, and no file that can be read`,
        { cause },
      )
    })
    return (await namingFile(given, () => readPublicKeys(new Uint8Array(bytes)))).map(keyOf)
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
