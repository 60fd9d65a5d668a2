import { inTemporaryFolder } from '../bench/temporary-folder.ts'
import { sized } from '../bench/sized.ts'
import { converge, idsOf, type Link, openLink, sameAnswers, startMember } from './cluster.ts'
import type { Member } from './cluster.ts'
import { openSubmissions } from './submissions.ts'

const NODES = sized(5, 3)
const PER_NODE = sized(60, 4)
const QUERIES = sized(100, 8)
/** So many of them are on one side. */
const LEFT = sized(2, 1)
const PATIENCE = 180_000

/** Five nodes, each peered with each; two and three of them are cut off from each other, both take submissions, then heal. */
export async function partition(perNode = PER_NODE): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const submissions = await openSubmissions()
    const members: Member[] = []
    const across: Link[] = []
    const links: Link[] = []
    for (let at = 0; at < NODES; at += 1) {
      const mine = await Promise.all(members.map(({ process }) => openLink(process.address)))
      links.push(...mine)
      // the first on one side, the others on the other
      if (at >= LEFT) across.push(...mine.slice(0, LEFT))
      const peers = mine.flatMap(({ address }) => ['--peer', address])
      members.push(await startMember(folder, `node-${at}`, peers))
    }
    const both = (count: number): Promise<unknown> =>
      Promise.all(members.map((member) => submissions.burst(member, count)))
    await both(perNode)
    const before = await converge(members, submissions.acknowledged, PATIENCE)
    for (const link of across) link.cut()
    await both(perNode)
    const [left, right] = [members.slice(0, LEFT), members.slice(LEFT)]
    await agree(left)
    await agree(right)
    const apart = [left, right].map(async ([member]) =>
      member === undefined ? 0 : (await idsOf(member)).length,
    )
    const [ofLeft = 0, ofRight = 0] = await Promise.all(apart)
    for (const link of across) link.heal()
    const healed = await converge(members, submissions.acknowledged, PATIENCE)
    await sameAnswers(members, submissions.questions(QUERIES))
    for (const { process } of members) await process.stop()
    for (const link of links) link.close()
    return [
      `partition: ${NODES} nodes, ${across.length} of ${links.length} links cut and refused`,
      `before: equal ${before.toFixed(1)} s after the last submission`,
      `apart: both sides took submissions; ${ofLeft} certifications at ${LEFT} of them, ${ofRight} at ${NODES - LEFT}, of ${submissions.acknowledged.size}`,
      `healed: all ${NODES} have all ${submissions.acknowledged.size} after ${healed.toFixed(1)} s; ${QUERIES} queries have the same answers`,
    ].join('\n')
  })
}

/** Waits until the nodes of one side have the same. */
async function agree(side: readonly Member[]): Promise<void> {
  const from = performance.now()
  for (;;) {
    const lists = await Promise.all(side.map(async (one) => (await idsOf(one)).toSorted().join()))
    if (new Set(lists).size === 1) return
    if (performance.now() - from > PATIENCE) throw new Error('one side does not agree')
  }
}
