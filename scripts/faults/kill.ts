import { setTimeout as sleep } from 'node:timers/promises'
import { inTemporaryFolder } from '../bench/temporary-folder.ts'
import { sized } from '../bench/sized.ts'
import { converge, type Member, sameAnswers, startMember } from './cluster.ts'
import { openSubmissions } from './submissions.ts'

const ROUNDS = sized(50, 3)
const BURST = sized(48, 16)
/** One dies when so many of its burst are acknowledged; when it takes none, so long after the burst began. */
const ACKNOWLEDGED = sized(12, 4)
const MILLISECONDS = 120
const QUERIES = sized(100, 8)
const PATIENCE = 120_000

/** Three nodes, one of them read-only; in each round one dies by kill -9, in the middle of a burst or of what it copies. */
export async function kill(rounds = ROUNDS): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const submissions = await openSubmissions()
    const a = await startMember(folder, 'a', [])
    const b = await startMember(folder, 'b', ['--peer', a.process.address])
    const c = await startMember(folder, 'c', ['--read-only', '--peer', b.process.address])
    const members = [a, b, c]
    for (const { process } of members) if (process.address === '') throw new Error('no address')
    let inBurst = 0
    for (let round = 0; round < rounds; round += 1) {
      const victim = members[round % members.length] ?? a
      await Promise.all([
        submissions.burst(a, BURST, killAt(victim, a)),
        submissions.burst(b, BURST, killAt(victim, b)),
        victim === c ? sleep(MILLISECONDS).then(() => c.restart()) : undefined,
      ])
      const killed = pending.get(victim.name)
      if (killed !== undefined) inBurst += 1
      pending.delete(victim.name)
      // it acknowledged too few of its burst, and is killed after it
      await (killed ?? (victim === c ? undefined : victim.restart()))
      await submissions.settle(victim === a ? b : a)
    }
    const seconds = await converge(members, submissions.acknowledged, PATIENCE)
    await sameAnswers(members, submissions.questions(QUERIES))
    for (const { process } of members) await process.stop()
    return [
      `kill -9: ${rounds} times, ${inBurst} of them in a burst of submissions to that node, the others while or after it copied`,
      `${submissions.acknowledged.size} certifications acknowledged; lost 0, doubled 0`,
      `all 3 nodes have the same ids ${seconds.toFixed(1)} s after the last; ${QUERIES} queries have the same answers`,
    ].join('\n')
  })
}

const pending = new Map<string, Promise<void>>()

function killAt(victim: Member, target: Member): ((sum: number) => void) | undefined {
  if (victim !== target) return undefined
  return (sum) => {
    if (sum === ACKNOWLEDGED) pending.set(victim.name, victim.restart())
  }
}
