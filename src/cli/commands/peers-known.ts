import { isoTime } from '../../base/iso-time.ts'
import { answerOf } from '../../client/answers.ts'
import { controlRequest } from '../../client/control-door.ts'
import { type PeersKnown, PeersKnownBody } from '../../contract/control.ts'
import { type Command, type Options, refusePositionals } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { printableJson } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import { HELP } from './peers.ts'
import { dataOf } from './withhold.ts'

const readKnown = answerOf(PeersKnownBody)
const HEADING = ['PEER', 'STATE', 'LAST CONNECTED', 'TOLD BY', 'ADDRESSES']

/** @param options where the data are */
export function peersKnown(options: Options): Command {
  const command: Command = {
    name: 'peers known',
    summary: 'show the peers that a running node remembers, connected or not',
    usage: '[--data DIR]',
    help: `
Those that others told of or that were connected, with the addresses that they signed themselves. A
node dials some of them when it has too few connections. Also those that were removed or banned. The
STATE is connected, away, removed or banned.
${HELP}

Exit: 0 shown, 3 no node runs there.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const { data } = await context.configure(dataOf(args))
      const answer = readKnown(
        await controlRequest(data, { method: 'GET', path: '/peers/known' }),
        'the answer',
      )
      if (args.json) context.out.write(`${printableJson(answer)}\n`)
      else if (answer.peers.length === 0) context.out.write('no peers are known\n')
      else context.out.write(table(HEADING, answer.peers.map(row)))
      return EXIT.fine
    },
  }
  return command
}

function row({
  peerId,
  addresses,
  metAt,
  toldBy,
  configured,
  connected,
  barred,
}: PeersKnown['peers'][number]): readonly string[] {
  const plain = addresses.map((address) => address.replace(/\/p2p\/[^/]+$/, ''))
  return [
    peerId,
    stateText({ connected, barred }),
    connected ? 'now' : metAt === null ? 'never' : isoTime(metAt),
    toldText({ peerId, toldBy, configured }),
    plain.join(' '),
  ]
}

/** Whoever is removed or banned is shown as connected if ever that is so. */
function stateText({
  connected,
  barred,
}: Pick<PeersKnown['peers'][number], 'connected' | 'barred'>): string {
  return (
    [...(barred === null ? [] : [barred]), ...(connected ? ['connected'] : [])].join(', ') || 'away'
  )
}

/** The end of a peer id is what tells it from others. */
function toldText({
  peerId,
  toldBy,
  configured,
}: Pick<PeersKnown['peers'][number], 'peerId' | 'toldBy' | 'configured'>): string {
  if (configured) return 'the operator'
  if (toldBy === null) return '-'
  return toldBy === peerId ? 'itself' : `…${toldBy.slice(-12)}`
}
