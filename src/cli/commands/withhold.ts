import { isSha256, readFingerprint } from '../../base/fingerprint.ts'
import { WITHHOLDING_CODES } from '../../feeds/format/withholding.ts'
import { ConfigError, CountersignError, isCode } from '../../base/errors.ts'
import type { WithholdReason, WithholdTarget } from '../../contract/withholding.ts'
import { answerOf } from '../../client/answers.ts'
import { type WithheldOutcome, WithheldOutcomeBody } from '../../contract/control.ts'
import { type Arguments, type Command, type Options, text } from '../terminal/command.ts'
import { controlRequest } from '../../client/control-door.ts'
import { EXIT } from '../terminal/exit.ts'
import { printable, printableJson } from '../terminal/printable.ts'

const readAnswer = answerOf(WithheldOutcomeBody)

/** @param options where the data are */
export function withhold(options: Options): Command {
  return {
    name: 'withhold',
    summary: 'take certifications away from a running node',
    usage: '{ID… | --rebuilder FPR | --collection NAME --source PATH} --reason TEXT [OPTION]…',
    help: `
Answers nothing of them any more, erases their bytes from this node's disk, and says so in public:
GET /withheld, and in the node's own feed. Its feeds still prove what stood in them. Other nodes
decide for themselves. The node must be running; it may take a while.

  --rebuilder FINGERPRINT       everything by that key
  --collection NAME             with --source PATH: everything below that path
  --reason TEXT                 a sentence for the public, 1,024 bytes at most
  --code CODE                   ${WITHHOLDING_CODES.join(', ')} (standard: error)
  --data DIR                    the data folder of the node
  --config FILE                 its settings

What is withheld is answered no more, also on a full disk; its bytes go from that one by themselves
when it can be written, and "erased" is false until then.

Exit: 0 withheld, 1 the node has no such certification, 3 no node runs there, 74 its disk is full
and not all could be withheld.`,
    options: {
      ...options,
      rebuilder: { type: 'string' },
      collection: { type: 'string' },
      source: { type: 'string' },
      reason: { type: 'string' },
      code: { type: 'string' },
    },
    async run(args, context) {
      const body = JSON.stringify({ ...targetOf(args), ...reasonOf(args) })
      const { data } = await context.configure(dataOf(args))
      const answer = readAnswer(
        await controlRequest(data, { method: 'POST', path: '/withhold', body }),
        'the answer',
      )
      context.out.write(
        args.json
          ? `${printableJson(answer)}\n`
          : [...answer.withheld.map((id) => `withheld  ${printable(id)}\n`), summary(answer)].join(
              '',
            ),
      )
      const { left = 0, code, detail = '' } = answer
      if (left > 0)
        throw new CountersignError(
          isCode(code) ? code : 'ANSWER_UNEXPECTED',
          `${left} more could not be withheld: ${detail} Ask again when that has changed.`,
        )
      return EXIT.fine
    },
  }
}

function summary({ withheld, erased = true, detail = '' }: WithheldOutcome): string {
  const count = withheld.length
  const takesBack =
    'as long as a peer has the bytes, countersign restore-withheld takes that back\n'
  if (!erased)
    return (
      printable(
        `${count === 0 ? 'withheld already' : `${count} withheld`}, but not erased yet: ${detail} The node erases the bytes by itself when it can`,
      ) + '\n'
    )
  return count === 0
    ? 'nothing new: withheld already\n'
    : `${count} withheld and erased; ${takesBack}`
}

/** The settings alone, without the options of a command. */
export const dataOf = ({ values }: Arguments): Arguments['values'] => ({
  data: values['data'],
  config: values['config'],
})

/** @throws ConfigError USAGE */
export function idsOf(name: string, positionals: readonly string[]): readonly string[] {
  const wrong = positionals.find((id) => !isSha256(id))
  if (wrong !== undefined)
    throw new ConfigError(
      'USAGE',
      `${name}: "${wrong}" is no id: those are 64 lower-case hex digits; countersign find --json shows them whole`,
    )
  return positionals
}

function targetOf(args: Arguments): WithholdTarget {
  const ids = idsOf('withhold', args.positionals)
  const [rebuilder, collection, source] = ['rebuilder', 'collection', 'source'].map((option) =>
    text(args, option),
  )
  const fingerprint = rebuilder === undefined ? undefined : readFingerprint(rebuilder)
  if (rebuilder !== undefined && fingerprint === undefined)
    throw new ConfigError(
      'USAGE',
      `withhold: --rebuilder takes a fingerprint of 40 or 64 hex digits, not "${rebuilder}"; countersign find --json shows them whole`,
    )
  const targets: WithholdTarget[] = [
    ...(ids.length > 0 ? [{ ids }] : []),
    ...(fingerprint === undefined ? [] : [{ rebuilder: fingerprint }]),
    ...(collection === undefined || source === undefined ? [] : [{ collection, source }]),
  ]
  const [target] = targets
  if (
    target === undefined ||
    targets.length > 1 ||
    (collection === undefined) !== (source === undefined)
  )
    throw new ConfigError(
      'USAGE',
      'withhold takes ids, or --rebuilder, or --collection with --source: one of the three',
    )
  return target
}

function reasonOf(args: Arguments): WithholdReason {
  const reason = text(args, 'reason')
  const word = text(args, 'code') ?? 'error'
  const code = WITHHOLDING_CODES.find((one) => one === word)
  if (code === undefined)
    throw new ConfigError('USAGE', `withhold: --code is one of ${WITHHOLDING_CODES.join(', ')}`)
  if (reason === undefined || reason === '' || Buffer.byteLength(reason) > 1024)
    throw new ConfigError(
      'USAGE',
      'withhold needs --reason TEXT, of 1,024 bytes at most; it is public',
    )
  return { reason, code }
}
