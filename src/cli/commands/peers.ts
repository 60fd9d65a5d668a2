import { answerOf } from '../../client/answers.ts'
import {
  type KnownPeers,
  KnownPeersBody,
  type PeerAdded,
  PeerAddedBody,
  type PeerRemoved,
  PeerRemovedBody,
} from '../../contract/control.ts'
import { type Command, type Options, refusePositionals } from '../terminal/command.ts'
import { controlRequest } from '../../client/control-door.ts'
import { EXIT } from '../terminal/exit.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import { changePeer, type PeerChange } from './peers-change.ts'
import { dataOf } from './withhold.ts'

/** Which node is meant. */
export const HELP = `
  --data DIR                    the data folder of the node
  --config FILE                 its settings`

const readList = answerOf(KnownPeersBody)

const add: PeerChange<PeerAdded> = {
  verb: 'add',
  takes: 'one URL or address',
  read: answerOf(PeerAddedBody),
  say: addedText,
}

const remove: PeerChange<PeerRemoved> = {
  verb: 'remove',
  takes: 'one peer id, address or URL',
  read: answerOf(PeerRemovedBody),
  say: ({ removed }, peer, data) => (removed ? 'removed\n' : whyNot(data, peer)),
}

/** @param options where the data are */
export function peersAdd(options: Options): Command {
  return {
    name: 'peers add',
    summary: 'connect a running node with a peer, for good',
    usage: 'URL | MULTIADDR [--data DIR]',
    help: `
Dials it at once, and again whenever the connection is lost. The node keeps that on disk. At a URL, like
https://node.example, the peer is asked for its id and addresses, and for its addresses again when these
stop answering; the id that it says first is kept. An address ends with the peer's id, like
/dns4/node.example/tcp/8001/p2p/12D3KooW…; that node shows it at its start.
${HELP}

Exit: 0 noted, 3 no node runs there, 78 it is no such address, or this node itself.`,
    options,
    async run(args, context) {
      await changePeer(add, { args, context })
      return EXIT.fine
    },
  }
}

/** @param options where the data are */
export function peersRemove(options: Options): Command {
  return {
    name: 'peers remove',
    summary: 'hang up on a peer, for good',
    usage: 'PEERID | MULTIADDR | URL [--data DIR]',
    help: `
Hangs up, and neither dials it nor lets it in again, whoever tells of it, until peers add. It can be a
peer that others told of. What was copied by that peer stays. Peers of the settings stay as well: take
those out of the file or the flags.
${HELP}

Exit: 0 removed, 1 it is not known here or in the settings, 3 no node runs there.`,
    options,
    async run(args, context) {
      const { removed } = await changePeer(remove, { args, context })
      return removed ? EXIT.fine : EXIT.refused
    },
  }
}

/** @param options where the data are */
export function peersList(options: Options): Command {
  const command: Command = {
    name: 'peers list',
    summary: 'show the peers of a running node',
    usage: '[--data DIR]',
    help: `
Those it stays connected with, and those that are connected now. Of one that was named by a URL and of
whom nobody knows yet who it is, the URL.
${HELP}

Exit: 0 shown, 3 no node runs there.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const { data } = await context.configure(dataOf(args))
      const answer = await controlRequest(data, { method: 'GET', path: '/peers' })
      if (args.json) {
        context.out.write(`${printableJson(answer)}\n`)
        return EXIT.fine
      }
      const { addresses, peers, unanswered } = readList(answer, 'the answer')
      const reached = peers.map((peer) => [
        peer.peerId,
        peer.connected ? 'yes' : 'no',
        namedBy(peer),
        `${peer.received}/${peer.sent}`,
        peer.failure ?? shownAddress(peer),
      ])
      const rows = [...reached, ...unanswered.map(unansweredRow)]
      context.out.write(
        [
          rows.length === 0
            ? 'no peers\n'
            : table(['PEER', 'CONNECTED', 'NAMED BY', 'RECEIVED/SENT', 'ADDRESS OR TROUBLE'], rows),
          ...addresses.map((address) => `others add this node by ${printable(address)}\n`),
        ].join(''),
      )
      return EXIT.fine
    },
  }
  return command
}

const unansweredRow = ({
  url,
  removable,
  failure,
}: KnownPeers['unanswered'][number]): readonly string[] => [
  url,
  'no',
  removable ? 'peers add' : 'settings',
  '0/0',
  failure ?? 'nobody has answered there yet',
]

function addedText({ peerId, failure }: PeerAdded): string {
  const at = failure === null ? '' : `${printable(failure)}\n`
  return peerId === null
    ? `${at}noted, and asked again until it answers; countersign status shows whether it does\n`
    : `${at}noted, and dialled now as ${printable(peerId)}; countersign peers list shows whether it answers\n`
}

async function whyNot(data: string, peer: string): Promise<string> {
  if (/^https?:/i.test(peer))
    return 'no such URL was added; if it is in the settings, it is asked again who is there: to remove it, take it out of the file, the environment or the flags\n'
  const answer = await controlRequest(data, { method: 'GET', path: '/peers' })
  const known = readList(answer, 'the answer').peers.find(
    ({ peerId, addresses }) => peerId === peer || addresses.includes(peer),
  )
  if (known?.configured === true)
    return 'it is in the settings: take it out of the file, the environment or the flags\n'
  return 'nothing to remove: no such peer is known; countersign peers list and peers known show those that are\n'
}

function namedBy({ configured, removable, direction }: KnownPeers['peers'][number]): string {
  if (configured) return removable ? 'peers add' : 'settings'
  return direction === 'outbound' ? 'other peers' : 'it dialled'
}

/** Of one that dialled itself, the port by which it came is nothing that others could dial. */
function shownAddress({
  configured,
  direction,
  addresses: [address = ''],
}: KnownPeers['peers'][number]): string {
  return configured || direction === 'outbound' ? address : `from ${address.split('/')[2] ?? ''}`
}
