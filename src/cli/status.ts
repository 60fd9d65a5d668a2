import type { Status } from '../repository/repository.ts'
import { type Command, refusePositionals } from './command.ts'
import { EXIT } from './exit.ts'
import { NODE_HELP, NODE_OPTION, openNodes } from './nodes.ts'
import { plain, plainJson } from './plain.ts'
import { short, table } from './table.ts'

export const status: Command = {
  name: 'status',
  summary: 'show what a node holds and how it is',
  usage: '[--node URL]…',
  help: `
${NODE_HELP}

Exit: 0 it answered, 3 no node answered.`,
  options: NODE_OPTION,
  async run(args, world) {
    refusePositionals(status, args)
    const found = await openNodes(args)((node) => node.status())
    world.out.write(args.json ? `${plainJson(found)}\n` : statusText(found))
    return EXIT.fine
  },
}

function statusText(found: Status): string {
  const waiting = `${found.waiting.items} (${found.waiting.bytes} bytes)`
  const facts = [
    ['version', found.version],
    ['peer id', found.peerId],
    ['started', found.startedAt],
    ['keys', String(found.keys)],
    ['rebuilders', String(found.rebuilders)],
    ['waiting', waiting],
    ['peers', String(found.peers)],
  ].map(([name = '', value = '']) => `${name.padEnd(12)}${plain(value)}\n`)
  const collections = found.collections.map((one) => [
    one.name,
    one.dialect,
    one.admit,
    String(one.certifications),
    one.feed === null ? '-' : short(one.feed),
    `${one.followed}/${one.length}`,
  ])
  const heading = ['COLLECTION', 'DIALECT', 'ADMIT', 'CERTIFICATIONS', 'FEED', 'FOLLOWED']
  const advice = found.advice.map((sentence) => `Advice: ${plain(sentence)}\n`)
  return [...facts, '\n', table(heading, collections), ...advice].join('')
}
