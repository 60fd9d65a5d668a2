import { answerOf } from '../../client/answers.ts'
import { controlRequest } from '../../client/control-door.ts'
import { PeerBannedBody, PeerUnbannedBody } from '../../contract/control.ts'
import type { Command, Options } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { printableJson } from '../terminal/printable.ts'
import { HELP, onlyOne } from './peers.ts'
import { dataOf } from './withhold.ts'

const readBanned = answerOf(PeerBannedBody)
const readUnbanned = answerOf(PeerUnbannedBody)

/** @param options where the data are */
export function peersBan(options: Options): Command {
  return {
    name: 'peers ban',
    summary: 'keep a peer out, be it connected or not',
    usage: 'PEERID | MULTIADDR [--data DIR]',
    help: `
Hangs up, and neither dials it nor lets it in until peers unban: whoever tells of it, and whoever adds
it. It need not be known. The node keeps that on disk. What was copied by that peer stays, and its feeds
are still copied from others as far as the settings say.
${HELP}

Exit: 0 banned, 3 no node runs there, 78 it is no peer, this node itself, or one of
the settings.`,
    options,
    async run(args, context) {
      const peer = onlyOne('peers ban', 'one peer id or address', args.positionals)
      const { data } = await context.configure(dataOf(args))
      const body = JSON.stringify({ peer })
      const answer = readBanned(
        await controlRequest(data, { method: 'POST', path: '/peers/ban', body }),
        'the answer',
      )
      context.out.write(args.json ? `${printableJson(answer)}\n` : 'banned\n')
      return EXIT.fine
    },
  }
}

/** @param options where the data are */
export function peersUnban(options: Options): Command {
  return {
    name: 'peers unban',
    summary: 'undo peers ban',
    usage: 'PEERID | MULTIADDR [--data DIR]',
    help: `
Lets it in again, and lets the node dial it when others tell of it. Takes back peers remove as well.
${HELP}

Exit: 0 done, 1 it was not banned, 3 no node runs there.`,
    options,
    async run(args, context) {
      const peer = onlyOne('peers unban', 'one peer id or address', args.positionals)
      const { data } = await context.configure(dataOf(args))
      const body = JSON.stringify({ peer })
      const answer = readUnbanned(
        await controlRequest(data, { method: 'POST', path: '/peers/unban', body }),
        'the answer',
      )
      const said = answer.unbanned
        ? 'it may come again\n'
        : 'it was not banned; countersign peers known shows who is\n'
      context.out.write(args.json ? `${printableJson(answer)}\n` : said)
      return answer.unbanned ? EXIT.fine : EXIT.refused
    },
  }
}
