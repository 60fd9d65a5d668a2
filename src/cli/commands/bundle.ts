import { writeFile } from 'node:fs/promises'
import type { Gathered } from '../../check/gather.ts'
import type { Found } from '../../contract/lookup-answer.ts'
import { counted } from '../../base/counted.ts'
import { diskCauseOf } from '../../base/disk-error.ts'
import { ConfigError, StorageError, isExpected } from '../../base/errors.ts'
import { isoTime } from '../../base/iso-time.ts'
import { systemReason } from '../../base/system-reason.ts'
import { nodesOf } from './check-nodes.ts'
import { subjectsOf } from './check-subjects.ts'
import { type Command, text } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { exchange } from '../../client/exchange.ts'
import { httpDoor, readBaseUrl } from '../../client/http-door.ts'
import { json } from '../../client/reply.ts'
import { isUnanswered } from '../nodes/nodes.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'
import { answerOf } from '../../client/answers.ts'
import { DetailBody } from '../../contract/certification.ts'

const readDetail = answerOf(DetailBody)

export const bundle: Command = {
  name: 'bundle',
  summary: 'put all that a check needs into one file, for where no node is',
  usage: '{FILE… | FOLDER | - | --installed} --output FILE [OPTION]…',
  help: `
Asks the nodes what the operators of your policy certified of these files, and writes that with their keys, the feeds'
signed heads, proofs that the certifications stand below them, and what the feeds' owners signed last. countersign check --bundle needs no network.

  --output FILE                 what to write
  --policy FILE                 (standard: countersign/policy.toml in your config folder)
  --as NAME                     what one file is called in certifications, as for check
  --node URL                    the nodes to ask (standard: those of the policy)

Exit: 0 written, 1 a file cannot be read, or no operator certified any (then nothing is written), 3 no node answered, 74 the disk is full, 78 something is wrong with the policy.`,
  options: {
    output: { type: 'string' },
    policy: { type: 'string' },
    as: { type: 'string' },
    installed: { type: 'boolean' },
    node: { type: 'string', multiple: true },
  },
  async run(args, context) {
    const output = text(args, 'output')
    if (output === undefined) throw new ConfigError('USAGE', 'bundle needs --output FILE')
    const { collect, loadPolicy } = await import('../../check/check.ts')
    const { makeBundle } = await import('../../check/bundle.ts')
    const { defaultPolicyPath } = await import('../../check/policy-file.ts')
    const { subjects, unreadable } = await subjectsOf(args, context, bundle)
    const policy = await loadPolicy(text(args, 'policy') ?? defaultPolicyPath(process.env))
    const nodes = nodesOf(args, policy)
    const asked = subjects.map(({ subject }) => subject)
    const gathered = await collect(asked, { policy, nodes })
    for (const { node, failure } of gathered.sources)
      if (failure !== null) context.err.write(`${printable(`${node} ${failure}`)}\n`)
    const answering = gathered.sources.filter(({ failure }) => failure === null)
    if (answering.length === 0) return EXIT.noAnswer
    // what a node made up is not carried along
    const verified = await verifiedOf(gathered)
    if (verified.length === 0) {
      context.err.write('no operator of the policy has certified any of that: nothing is written\n')
      return EXIT.refused
    }
    const progress = await openProgress(args.json ? undefined : context.err, 'proving')
    const proving = new Set(answering.map(({ node }) => node))
    const proofs: unknown[] = []
    for (const [at, { id }] of verified.entries()) {
      progress.show(at, verified.length)
      const proof = await proofOf(id, proving)
      if (proof !== undefined) proofs.push(proof)
    }
    progress.stop()
    const { freshestOf } = await import('../../check/freshness.ts')
    const now = Date.now()
    const { rebuilders, owners } = gathered
    const made = makeBundle(
      asked,
      { ...gathered, certifications: verified },
      {
        proofs,
        madeAt: isoTime(now),
        freshness: await freshestOf(gathered.freshness.values(), { rebuilders, owners, now }),
      },
    )
    await writeFile(output, `${JSON.stringify(made)}\n`).catch((cause: unknown) => {
      const sentence = `${output} cannot be written: ${systemReason(cause)}`
      // what another name would mend is for who has chosen this one
      throw diskCauseOf(cause) === undefined
        ? new ConfigError('USAGE', sentence, { cause })
        : new StorageError('DISK', sentence, { cause })
    })
    const said = {
      output,
      certifications: made.certifications.length,
      keys: made.keys.length,
      proofs: made.proofs.length,
    }
    context.out.write(
      args.json
        ? `${printableJson(said)}\n`
        : `${printable(output)} has ${counted(said.certifications, 'certification')}, ${counted(said.keys, 'key')} and ${counted(said.proofs, 'proof')}\n`,
    )
    return unreadable > 0 ? EXIT.refused : EXIT.fine
  },
}

async function verifiedOf({ certifications, keys }: Gathered): Promise<readonly Found[]> {
  const material = [...keys.values()].map(({ bytes }) => bytes)
  const { statementsIn } = await import('../../check/operator-statements.ts')
  const statements = await statementsIn(certifications, { material, now: Date.now() })
  const good = new Set(statements.map(({ id }) => id))
  return certifications.filter(({ id }) => good.has(id))
}

/**
 * From the first node that has one: that it stands in one of the feeds that hold it.
 * @param nodes one that does not answer is taken out
 */
async function proofOf(id: string, nodes: Set<string>): Promise<unknown> {
  for (const node of nodes) {
    const ask = async (path: string) =>
      json(
        await exchange(httpDoor(readBaseUrl(node)), {
          method: 'GET',
          path,
          isOnce: true,
          stays: true,
        }),
      )
    try {
      const [place] = readDetail(await ask(`certifications/${id}.json`), 'certification').places
      if (place !== undefined) return await ask(`feeds/${place.feed}/proof/${place.sequence}`)
    } catch (error) {
      if (!isExpected(error)) throw error
      if (isUnanswered(error)) nodes.delete(node)
    }
  }
  return undefined
}
