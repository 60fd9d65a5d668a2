import { counted } from '../../base/counted.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import { type Invocation, text } from '../terminal/command.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { readInput } from '../terminal/input.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { addOperators } from './policy-writing.ts'
import { type ListedRebuilder, readRebuilderList } from './rebuilder-list.ts'
import { openRebuilderd } from './rebuilderd-instance.ts'
import { table } from '../terminal/table.ts'

const MAX_LIST = 1024 * 1024

/**
 * Adds those of a list that are named, by the keys that their instances give now: nobody has vouched for them, so they are shown.
 * Without a name the list is printed.
 * @throws ConfigError USAGE, POLICY_INVALID; NotFoundError KEY_NOT_FOUND; MalformedError FILE_INVALID; NetworkError
 */
export async function addListed(file: string, { args, context }: Invocation): Promise<Exit> {
  const listed = readRebuilderList(Buffer.from(await readInput(file, MAX_LIST, context)).toString())
  if (args.positionals.length === 0) {
    context.out.write(args.json ? `${printableJson(listed)}\n` : textOf(listed))
    return EXIT.fine
  }
  const chosen = args.positionals.map((name) => choose(name, listed))
  const operators = await Promise.all(
    chosen.map(async (one) => ({ ...one, keys: await keysOf(one) })),
  )
  const { defaultPolicyPath } = await import('../../check/policy-file.ts')
  const path = text(args, 'policy') ?? defaultPolicyPath(process.env)
  const count = await addOperators(path, text(args, 'policy'), operators)
  if (args.json)
    context.out.write(`${printableJson({ path, added: operators, operators: count })}\n`)
  else {
    for (const { name, host, keys } of operators)
      for (const key of keys)
        context.out.write(`${printable(`${name}  ${key}  as ${host} says now`)}\n`)
    context.out.write(
      `${printable(`${path} names ${counted(count, 'operator')} now. Compare the keys with what they say of themselves elsewhere.`)}\n`,
    )
  }
  return EXIT.fine
}

function textOf(listed: readonly ListedRebuilder[]): string {
  const rows = listed.map(({ name, host, distributions }) => [name, host, distributions.join(',')])
  return table(['NAME', 'HOST', 'DISTRIBUTIONS'], rows)
}

/** By its name or its host. */
function choose(name: string, listed: readonly ListedRebuilder[]): ListedRebuilder {
  const byHost = listed.filter(({ host }) => host === name)
  const found = byHost.length > 0 ? byHost : listed.filter((one) => one.name === name)
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  throw new ConfigError(
    'USAGE',
    found.length === 0
      ? `the list names no "${name}"; without a name it is printed`
      : `the list has several of the name "${name}": say the host`,
  )
}

async function keysOf({ name, urls }: ListedRebuilder): Promise<readonly string[]> {
  const found = await Promise.all(urls.map((url) => openRebuilderd(url).keys()))
  const keys = [...new Set(found.flat().map(({ fingerprint }) => fingerprint))]
  if (keys.length > 0) return keys
  throw new NotFoundError('KEY_NOT_FOUND', `${name} gives no key; nothing was added.`)
}
