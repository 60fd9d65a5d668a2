import { ConfigError } from '../../base/errors.ts'
import { answerOf } from '../../client/answers.ts'
import { RestoredBody } from '../../contract/control.ts'
import type { Command, Options } from '../terminal/command.ts'
import { controlRequest } from '../../client/control-door.ts'
import { EXIT } from '../terminal/exit.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { dataOf, idsOf } from './withhold.ts'

const readAnswer = answerOf(RestoredBody)

/** @param options where the data are */
export function restoreWithheld(options: Options): Command {
  return {
    name: 'restore-withheld',
    summary: 'take a withholding back, where a peer has the bytes',
    usage: 'ID… [--data DIR]',
    help: `
Withholds these no longer, and asks the peers of the running node for their bytes. What nobody has
now is not withheld either, and comes as soon as a peer has it.

  --data DIR                    the data folder of the node
  --config FILE                 its settings

Exit: 0 all are back, 1 one is not withheld, or nobody has its bytes now, 3 no node runs there.`,
    options,
    async run(args, context) {
      const ids = idsOf('restore-withheld', args.positionals)
      if (ids.length === 0) throw new ConfigError('USAGE', 'restore-withheld takes ids')
      const { data } = await context.configure(dataOf(args))
      const asked = {
        method: 'POST',
        path: '/restore-withheld',
        body: JSON.stringify({ ids }),
      } as const
      const answer = readAnswer(await controlRequest(data, asked), 'the answer')
      context.out.write(
        args.json
          ? `${printableJson(answer)}\n`
          : [
              ...answer.restored.map((id) => `restored  ${printable(id)}\n`),
              ...answer.missing.map(
                (id) =>
                  `missing   ${printable(id)}: no peer has it now; it comes by itself when one has, or submit it again\n`,
              ),
            ].join(''),
      )
      return answer.missing.length === 0 ? EXIT.fine : EXIT.refused
    },
  }
}
