import { isSha256 } from '../../base/fingerprint.ts'
import { ConfigError, VerificationError } from '../../base/errors.ts'
import { type Command, text } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { namingFile, readInput } from '../terminal/input.ts'
import { printable, printableJson } from '../terminal/printable.ts'

export const verifyProof: Command = {
  name: 'verify-proof',
  summary: 'check offline that a block stands in a feed',
  usage: 'FILE [--id ID] [--feed KEY]',
  help: `
Checks a proof as GET /feeds/{key}/proof/{sequence} of a node gives it: that the feed signed a head,
and that the block stands below it. No node is asked. FILE can be -, for stdin. The receipt of a
submission says which feed and sequence to ask for.

  --id ID                       the certification that must stand in the block
  --feed KEY                    the feed that it must be

Exit: 0 proved, 1 it proves nothing, or something else.`,
  options: { id: { type: 'string' }, feed: { type: 'string' } },
  async run(args, context) {
    const [file, ...more] = args.positionals
    if (file === undefined || more.length > 0)
      throw new ConfigError(
        'USAGE',
        'verify-proof takes one file; see countersign verify-proof --help',
      )
    const [id, feed] = [hexOption(text(args, 'id'), 'id'), hexOption(text(args, 'feed'), 'feed')]
    // only here: others must not wait for it
    const { MAX_PROOF_BYTES, verifyProof: verify } = await import('../../check/verify-proof.ts')
    const bytes = await readInput(file, MAX_PROOF_BYTES, context)
    const proved = await namingFile(file, () => verify(Buffer.from(bytes).toString()))
    if (feed !== undefined && feed !== proved.feed)
      throw new VerificationError('SIGNATURE_INVALID', `It is a proof for feed ${proved.feed}.`)
    const certified = proved.kind === 'data' ? proved.entries : []
    if (
      id !== undefined &&
      !certified.some((entry) => entry.kind === 'certification' && entry.id === id)
    )
      throw new VerificationError(
        'SIGNATURE_INVALID',
        `It proves block ${proved.sequence}, and certification ${id} does not stand in that.`,
      )
    context.out.write(
      args.json
        ? `${printableJson(proved)}\n`
        : [
            `proved: block ${proved.sequence} stands in feed ${proved.feed}`,
            `  signed head  length ${proved.length}, root ${proved.root}`,
            ...(proved.kind === 'hash'
              ? ['  its bytes are not in the proof, only their hash']
              : []),
            ...(proved.owner === null ? [] : [`  origin  owned by peer ${proved.owner}`]),
            ...proved.entries.map(
              (entry) => `  ${entry.kind}  ${entry.id ?? 'of an unknown dialect'}`,
            ),
          ]
            .map((line) => `${printable(line)}\n`)
            .join(''),
    )
    return EXIT.fine
  },
}

function hexOption(value: string | undefined, name: string): string | undefined {
  const hex = value?.toLowerCase()
  if (hex !== undefined && !isSha256(hex))
    throw new ConfigError('USAGE', `verify-proof: --${name} has 64 hex digits`)
  return hex
}
