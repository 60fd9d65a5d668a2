/* Submissions that are under way while something breaks: what was acknowledged counts, the rest is sent again or not. */
import { type Corpus, type Made, openCorpus } from '../bench/corpus.ts'
import type { Member } from './cluster.ts'

export interface Submissions {
  /** Ids that a node has acknowledged. */
  readonly acknowledged: Set<string>
  /** For one that may or may not have been taken when its node died. */
  readonly uncertain: Made[]
  readonly keysTo: (member: Member) => Promise<void>
  /** Sends new ones, all at once; resolves when each is answered or has failed. */
  readonly burst: (
    member: Member,
    count: number,
    onAcknowledged?: (sum: number) => void,
  ) => Promise<void>
  /** Sends what is uncertain to a node that lives. */
  readonly settle: (member: Member) => Promise<void>
  /** About what was acknowledged, so that answers can be compared. */
  readonly questions: (count: number) => readonly string[]
}

export async function openSubmissions(): Promise<Submissions> {
  const corpus: Corpus = await openCorpus()
  const acknowledged = new Set<string>()
  const uncertain: Made[] = []
  const sent: Made[] = []
  let made = 0

  return {
    acknowledged,
    uncertain,
    async keysTo({ process: { url } }) {
      for (const { publicKey } of corpus.signers)
        await fetch(`${url}/keys`, { method: 'POST', body: publicKey })
    },
    async burst(member, count, onAcknowledged) {
      const from = made
      made += count
      const batch = await corpus.make(from, count)
      sent.push(...batch)
      let sum = 0
      await Promise.all(
        batch.map(async (one) => {
          const id = await post(member, one).catch(() => undefined)
          if (id === undefined) {
            uncertain.push(one)
            return
          }
          acknowledged.add(id)
          sum += 1
          onAcknowledged?.(sum)
        }),
      )
    },
    async settle(member) {
      for (const one of uncertain.splice(0)) {
        const id = await post(member, one)
        if (id !== undefined) acknowledged.add(id)
      }
    },
    questions: (count) =>
      Array.from({ length: count }, (_, at) => {
        const one = sent[Math.floor((at * sent.length) / count)]
        if (one === undefined) return '/certifications'
        const { name, algorithm, hex } = one.artifact
        const forms = [
          `/certifications?source=${encodeURIComponent(one.source)}`,
          `/artifacts/${algorithm}/${hex}`,
          `/artifacts?name=${encodeURIComponent(name)}`,
          `/agreement/${one.collection}/${one.source.split('/').map(encodeURIComponent).join('/')}`,
        ]
        return forms[at % forms.length] ?? '/certifications'
      }),
  }
}

/** @returns its id, once it is acknowledged */
async function post({ process: { url } }: Member, one: Made): Promise<string | undefined> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(one.bytes)]), 'file')
  if (one.signature !== undefined)
    form.append('signature', new Blob([new Uint8Array(one.signature)]), 'signature')
  form.append('key', new Blob([one.signer.publicKey]), 'key')
  const answer = await fetch(`${url}/${one.collection}`, { method: 'POST', body: form })
  const text = await answer.text()
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`${answer.status} ${text}`)
  return /"id":"([0-9a-f]{64})"/.exec(text)?.[1]
}
