import { ConfigError } from '../errors.ts'
import type { Agreement, AgreementGroup, ArtifactAgreement } from '../repository/repository.ts'
import { type Arguments, type Command } from './command.ts'
import { EXIT } from './exit.ts'
import { NODE_HELP, NODE_OPTION, openNodes } from './nodes.ts'
import { plain, plainJson } from './plain.ts'
import { short, table } from './table.ts'

export const agreement: Command = {
  name: 'agreement',
  summary: 'show who gave which checksum for each artifact of a source',
  usage: 'COLLECTION SOURCE [--node URL]…',
  help: `
Shows for each artifact below a source every checksum and the rebuilders behind it:

  countersign agreement debian hello/2.10-3
  countersign agreement maven org/apache/commons/commons-lang3/3.14.0

It says who certified what. Whom to believe is yours to decide.

${NODE_HELP}

Exit: 0 it was shown, 1 nothing is known of that source, 3 no node answered.`,
  options: NODE_OPTION,
  async run(args, world) {
    const { collection, source } = wanted(args)
    const found = await openNodes(args)((node) => node.agreement(collection, source))
    if (found === undefined || (found.artifacts.length === 0 && found.uncounted.length === 0)) {
      world.err.write(`Nothing is known of ${plain(`${collection}/${source}`)}.\n`)
      return EXIT.refused
    }
    world.out.write(args.json ? `${plainJson(found)}\n` : agreementText(found))
    return EXIT.fine
  },
}

function wanted(args: Arguments): { collection: string; source: string } {
  const [collection = '', ...rest] = args.positionals
    .flatMap((part) => part.split('/'))
    .filter((segment) => segment !== '')
  if (args.positionals.length > 2 || rest.length === 0) {
    const example = 'countersign agreement debian hello/2.10-3'
    throw new ConfigError('USAGE', `agreement takes a collection and a source, like: ${example}`)
  }
  return { collection, source: rest.join('/') }
}

/** The same table wherever an agreement is shown. */
export function agreementText(found: Agreement): string {
  const rows = found.artifacts.flatMap((artifact) =>
    artifact.groups.map((group) => [
      nameOf(artifact),
      checksumOf(group),
      String(group.size),
      group.rebuilders.map(rebuilderText).toSorted().join(', '),
    ]),
  )
  const notes = found.artifacts
    .filter((artifact) => artifact.groups.length > 1)
    .map((artifact) => `Contradiction: ${plain(nameOf(artifact))} has different checksums.\n`)
  const apart = found.uncounted.map(
    (one) => `Does not count: ${short(one.id)} (${one.state}) by ${one.rebuilder ?? 'unknown'}\n`,
  )
  const main = rows.length > 0 ? table(['ARTIFACT', 'CHECKSUM', 'SIZE', 'REBUILDERS'], rows) : ''
  return [main, ...notes, ...apart.map((line) => `${plain(line.trimEnd())}\n`)].join('')
}

function nameOf(artifact: ArtifactAgreement): string {
  return artifact.group === undefined ? artifact.name : `${artifact.group}:${artifact.name}`
}

/** A name is what somebody calls himself; only the fingerprint is proven. */
function rebuilderText({ name, fingerprint }: AgreementGroup['rebuilders'][number]): string {
  return name === null ? short(fingerprint) : `${name} (${short(fingerprint)})`
}

/** SHA-256 before SHA-512: it is the one that people compare with what stands elsewhere. */
function checksumOf(group: AgreementGroup): string {
  const { sha256, sha512, sha1, md5 } = group.checksums
  const [algorithm, hex] = sha256
    ? ['sha256', sha256]
    : sha512
      ? ['sha512', sha512]
      : sha1
        ? ['sha1', sha1]
        : ['md5', md5 ?? '']
  return `${algorithm}:${short(hex)}${group.weak ? ' (weak)' : ''}`
}
