import { isDivided } from '../../certification/agreement/judge.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { Agreement } from '../../contract/agreement.ts'
import { agreementText } from './agreement-text.ts'
import { type Arguments, type Command, flag } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { reportAbsent } from '../terminal/report.ts'
import { NODE_HELP, NODE_OPTION, openNodes } from '../nodes/nodes.ts'
import { printableJson } from '../terminal/printable.ts'

const WHOLE = { whole: true, limit: Infinity } as const

export const agreement: Command = {
  name: 'agreement',
  summary: 'show who gave which checksum for each artifact of a source',
  usage: 'COLLECTION SOURCE [--whole] [--node URL]…',
  help: `
Shows for each artifact below a source every checksum and the rebuilders behind it, by key id:

  countersign agreement debian hello/2.10-3
  countersign agreement maven org/apache/commons/commons-lang3/3.14.0

It says who certified what. Whom to believe is yours to decide.

  --whole                       of a module of a larger build: all that the build made

${NODE_HELP}

Exit: 0 it was shown and nobody contradicts another, 1 nothing is known of that source,
2 rebuilders contradict each other about an artifact, 3 no node answered.`,
  options: { ...NODE_OPTION, whole: { type: 'boolean' } },
  async run(args, context) {
    const { collection, source } = wanted(args)
    const found = await openNodes(args)((node) =>
      node.agreement(collection, source, flag(args, 'whole') ? WHOLE : undefined),
    )
    if (found === undefined || isEmpty(found)) {
      const message = `Nothing is known of ${collection}/${source}.`
      return reportAbsent(new NotFoundError('PATH_NOT_FOUND', message), {
        context,
        json: args.json,
      })
    }
    context.out.write(args.json ? `${printableJson(found)}\n` : agreementText(found))
    return found.artifacts.some(isDivided) ? EXIT.contradicted : EXIT.fine
  },
}

function isEmpty(found: Agreement): boolean {
  const { artifacts, uncounted, withheld = 0 } = found
  return artifacts.length + uncounted.length + withheld === 0
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
