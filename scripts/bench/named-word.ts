/* What a node says of those whom its policy names: all that strangers must not move. */
import { sendAll } from './client.ts'
import { getRequest } from './cost-question.ts'
import { sized } from './sized.ts'

/** What is asked about, and who is named. */
export interface Subject {
  readonly source: string
  readonly versions: readonly string[]
  /** Fingerprints. */
  readonly rebuilders: readonly string[]
  readonly named: readonly string[]
  /** Ids of what the named certified. */
  readonly certifications: readonly string[]
}

/** By the answer in which it stands. */
export type NamedWord = ReadonlyMap<string, unknown>

const HTML = 'text/html'

export async function namedWord(url: string, subject: Subject): Promise<NamedWord> {
  const { source, versions, rebuilders, named, certifications } = subject
  const page = async (path: string): Promise<string> => ask(url, path, HTML)
  const word = new Map<string, unknown>()
  for (const version of versions) {
    const path = `/agreement/debian/${source}/${version}`
    word.set(path, namedTallies(JSON.parse(await ask(url, path))))
    const pages = [await page(path), await page(`/debian/${source}/${version}/`)]
    word.set(
      `${path}, pages`,
      pages.map((markup) => [coloured(markup), namedMarks(markup)]),
    )
  }
  word.set('listing', namesIn(JSON.parse(await ask(url, `/debian/${source}/`))))
  word.set('listing, page', coloured(await page(`/debian/${source}/`)))
  for (const one of rebuilders)
    word.set(`/rebuilders/${one}`, namedRate(JSON.parse(await ask(url, `/rebuilders/${one}`))))
  for (const one of named)
    word.set(`/rebuilders/${one}, page`, coloured(await page(`/rebuilders/${one}`)))
  for (const id of certifications)
    word.set(`/certifications/${id}`, coloured(await page(`/certifications/${id}.html`)))
  word.set('/events', await told(url, named))
  return word
}

async function ask(url: string, path: string, accept?: string): Promise<string> {
  const { answers } = await sendAll(url, [getRequest(path, accept)], { clients: 1, expect: [200] })
  return answers[0]?.body.toString() ?? ''
}

/** Each artifact's tally of the named, and their letters with what these stand for. */
function namedTallies(agreement: {
  readonly artifacts: readonly {
    readonly name: string
    readonly named: unknown
    readonly groups: readonly {
      readonly checksums: unknown
      readonly rebuilders: readonly { readonly operator: string | null }[]
    }[]
  }[]
}): unknown {
  return agreement.artifacts.map(({ name, named, groups }) => ({
    name,
    named,
    groups: groups.flatMap(({ checksums, rebuilders }, letter) => {
      const operators = rebuilders.flatMap(({ operator }) => operator ?? [])
      return operators.length === 0 ? [] : [{ letter, checksums, operators }]
    }),
  }))
}

const namesIn = (listing: readonly { readonly name: string }[]): readonly string[] =>
  listing.map(({ name }) => name)

interface Rated {
  readonly agreement: { readonly named: unknown }
  readonly certifications: number
  readonly measured: {
    readonly unshared: { readonly named: number }
    readonly contradicted: { readonly named: number }
    readonly contradictions: readonly { readonly camp: string }[]
  }
}

const namedRate = ({ agreement, certifications, measured }: Rated) => ({
  certifications,
  agreement: agreement.named,
  unshared: measured.unshared.named,
  contradicted: measured.contradicted.named,
  contradictions: measured.contradictions.filter(({ camp }) => camp === 'named'),
})

/** All that has a colour of right or wrong, and the words of bars of the named, in their order. */
const coloured = (markup: string): readonly string[] =>
  [
    ...markup
      .slice(markup.indexOf('<main>'))
      .matchAll(
        /var\(--(agree|differ)\)|class="(differs)"|<span\s*>([^<]*)<\/span|<span\s+class="((?:yes|no)"[^>]*>[^<]*)</g,
      ),
  ].map(([, ...found]) => found.find((one) => one !== undefined)?.replaceAll(/\s+/g, ' ') ?? '')

/** Letters and colours in the columns of the named: a list for each row. */
function namedMarks(markup: string): readonly (readonly string[])[] {
  const columns = markup.match(/<th scope="col" class="who named">/g)?.length ?? 0
  const [table = ''] = /class="matrix"[^]*?<\/table>/.exec(markup) ?? []
  return [...table.matchAll(/<th scope="row">[^]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<td[^>]*>([^]*?)<\/td>/g)]
      .slice(0, columns)
      .map(([, cell = '']) =>
        [...cell.matchAll(/class="(mark c\d)"[^>]*>\s*(\w+)/g)]
          .map(([, mark = '', letter = '']) => `${letter} ${mark}`)
          .join(' '),
      ),
  )
}

/** What comes no more for so long, in milliseconds, has been told. */
const QUIET = sized(1_000, 200)

/** Events of certifications by the named, from the first on: an event has no tallies. */
async function told(url: string, named: readonly string[]): Promise<readonly string[]> {
  const stop = new AbortController()
  const answer = await fetch(`${url}/events?after=`, { signal: stop.signal })
  const quiet = setTimeout(() => stop.abort(), QUIET)
  const found: string[] = []
  let rest = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of answer.body ?? []) {
      quiet.refresh()
      const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) found.push(...namedEvent(part, named))
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return found
}

function namedEvent(text: string, named: readonly string[]): readonly string[] {
  const [, data] = /^event: certification\n(?:id: .*\n)?data: (.*)$/m.exec(text) ?? []
  return data === undefined ? [] : saidByNamed(JSON.parse(data), named)
}

function saidByNamed(
  { certification: { id, state, rebuilder } }: CertificationEvent,
  named: readonly string[],
): readonly string[] {
  return rebuilder !== null && named.includes(rebuilder) ? [`${id} ${state}`] : []
}

interface CertificationEvent {
  readonly certification: {
    readonly id: string
    readonly state: string
    readonly rebuilder: string | null
  }
}
