import { answerOf } from '../../client/answers.ts'
import {
  type PeerBanned,
  PeerBannedBody,
  type PeerUnbanned,
  PeerUnbannedBody,
} from '../../contract/control.ts'
import type { Command, Options } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { HELP } from './peers.ts'
import { changePeer, type PeerChange } from './peers-change.ts'

const takes = 'one peer id or address'

const ban: PeerChange<PeerBanned> = {
  verb: 'ban',
  takes,
  read: answerOf(PeerBannedBody),
  say: () => 'banned\n',
}

const unban: PeerChange<PeerUnbanned> = {
  verb: 'unban',
  takes,
  read: answerOf(PeerUnbannedBody),
  say: ({ unbanned }) =>
    unbanned ? 'it may come again\n' : 'it was not banned; countersign peers known shows who is\n',
}

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
      await changePeer(ban, { args, context })
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
      const { unbanned } = await changePeer(unban, { args, context })
      return unbanned ? EXIT.fine : EXIT.refused
    },
  }
}
