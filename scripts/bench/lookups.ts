import { getRequest, sendAll } from './client.ts'
import type { Made } from './corpus.ts'
import { sized } from './sized.ts'
import { percentile } from './statistics.ts'

/** What was taken, as far as it is asked for again. */
export interface Kept extends Pick<Made, 'collection' | 'source' | 'artifact'> {
  readonly id: string
}

export type LookupTimes = Readonly<Record<string, { readonly p50: number; readonly p99: number }>>

const WARM_UP = sized(200, 2)
const LOOKUPS = sized(2000, 10)

const PATHS: Readonly<Record<string, (one: Kept) => string>> = {
  'by id': ({ id }) => `/certifications/${id}.json`,
  'by source, listing': ({ collection, source }) => `/${collection}/${source}/`,
  'by artifact checksum': ({ artifact }) => `/artifacts/${artifact.algorithm}/${artifact.hex}`,
  'by artifact name': ({ artifact }) => `/artifacts?name=${encodeURIComponent(artifact.name)}`,
}

/** Milliseconds of one question after the other, over all that was taken. Every answer must name what was asked for. */
export async function lookups(url: string, kept: readonly Kept[]): Promise<LookupTimes> {
  const times: Record<string, { p50: number; p99: number }> = {}
  for (const [name, pathOf] of Object.entries(PATHS)) {
    const asked = Array.from({ length: WARM_UP + LOOKUPS }, (_, at) => pick(kept, at))
    const { answers } = await sendAll(
      url,
      asked.map((one) => getRequest(pathOf(one))),
      { clients: 1, expect: [200] },
    )
    const lost = asked.find(({ id }, at) => answers[at]?.body.includes(id) !== true)
    if (lost !== undefined) throw new Error(`${pathOf(lost)} does not name ${lost.id}`)
    const milliseconds = answers.slice(WARM_UP).map((answer) => answer.milliseconds)
    times[name] = { p50: percentile(milliseconds, 0.5), p99: percentile(milliseconds, 0.99) }
  }
  return times
}

/** Far from the one before, the same in every run. */
function pick<T>(items: readonly T[], at: number): T {
  const item = items[(at * 7919 * 31) % items.length]
  if (item === undefined) throw new Error('nothing was taken')
  return item
}
