import { type Code, isCode, isExpected } from '../base/errors.ts'
import type { Page, PageOfAgreement, Repository, Submission } from '../contract/repository.ts'
import { answerOf, unexpected } from './answers.ts'
import { type Door, exchange } from './exchange.ts'
import { httpDoor, readBaseUrl } from './http-door.ts'
import { json, type Reply, understood } from './reply.ts'
import { AgreementBody, type AgreementPage } from '../contract/agreement.ts'
import { DetailBody, SummariesBody } from '../contract/certification.ts'
import { FeedsBody } from '../contract/feed-status.ts'
import { PeersBody } from '../contract/peer-status.ts'
import { RefusalBody } from '../contract/problem.ts'
import { StatusBody } from '../contract/status.ts'
import {
  KeysAddedBody,
  ReceiptBody,
  WaitingBody,
  WaitingsBody,
  type Refusal,
  type SubmitOutcome,
} from '../contract/submission.ts'

const read = {
  agreement: answerOf(AgreementBody),
  detail: answerOf(DetailBody),
  feeds: answerOf(FeedsBody),
  keysAdded: answerOf(KeysAddedBody),
  peers: answerOf(PeersBody),
  receipt: answerOf(ReceiptBody),
  refusal: answerOf(RefusalBody),
  status: answerOf(StatusBody),
  summaries: answerOf(SummariesBody),
  waiting: answerOf(WaitingBody),
  waitings: answerOf(WaitingsBody),
}

/**
 * A node as its HTTP API shows it. Nothing is opened before it is asked.
 * @param onAskedToWait is told for how many milliseconds the node takes nothing, each time that it says so
 * @throws ConfigError USAGE if `baseUrl` is no address
 */
export function openHttpRepository(
  baseUrl: string,
  onAskedToWait?: (milliseconds: number) => void,
): Repository {
  const door: Door = {
    ...httpDoor(readBaseUrl(baseUrl)),
    ...(onAskedToWait !== undefined && { onAskedToWait }),
  }
  const get = (path: string): Promise<Reply> => exchange(door, { method: 'GET', path })
  return {
    submit: (submission) => submit(door, submission),
    find: async (query) => {
      const reply = await get(`certifications?${queryString({ ...query })}`)
      return pageOf(reply, understood(reply, read.summaries, 'certifications'))
    },
    waiting: async (query) => {
      const reply = await get(`certifications?${queryString({ ...query, state: 'waiting' })}`)
      return pageOf(reply, understood(reply, read.waitings, 'certifications'))
    },
    certification: (id) =>
      present(async () => {
        const reply = await get(`certifications/${encodeURIComponent(id)}.json`)
        return understood(reply, read.detail, 'certification')
      }, ['CERTIFICATION_NOT_FOUND', 'CERTIFICATION_WAITING']),
    agreement: (collection, source, page) =>
      present(
        () => agreement(get, `agreement/${encodePath(`${collection}/${source}`)}`, page),
        ['PATH_NOT_FOUND'],
      ),
    key: (fingerprint) =>
      present(async () => {
        const reply = await get(`keys/${encodeURIComponent(fingerprint)}`)
        return armored(reply)
      }, ['KEY_NOT_FOUND']),
    addKeys: async (bytes) => {
      const reply = await exchange(door, { method: 'POST', path: 'keys', body: copy(bytes) })
      return understood(reply, read.keysAdded, 'keys')
    },
    status: async () => understood(await get('status'), read.status, 'status'),
    peers: async () => understood(await get('peers'), read.peers, 'peers'),
    feeds: async () => understood(await get('feeds'), read.feeds, 'feeds'),
  }
}

/** Pages of one agreement, which has 75,000 artifacts at most. */
const MOST_PAGES = 1_000

/** All of it, page after page, unless one page is asked for. */
async function agreement(
  get: (path: string) => Promise<Reply>,
  path: string,
  page: PageOfAgreement | undefined,
): Promise<AgreementPage> {
  const ask = async (after: string | undefined): Promise<AgreementPage> => {
    const pairs = {
      ...(page?.whole === true && { whole: 'true' }),
      ...(page !== undefined && Number.isFinite(page.limit) && { limit: String(page.limit) }),
      ...(after !== undefined && { after }),
    }
    const question = new URLSearchParams(pairs).toString().replaceAll('+', '%20')
    const reply = await get(question === '' ? path : `${path}?${question}`)
    const next = nextIn(reply)
    return {
      ...understood(reply, read.agreement, 'agreement'),
      ...(next !== undefined && { next }),
    }
  }
  const { next: second, ...first } = await ask(page?.after)
  if (page !== undefined && Number.isFinite(page.limit))
    return { ...first, ...(second !== undefined && { next: second }) }
  const artifacts = [...first.artifacts]
  let next = second
  let isTruncated = first.truncated
  for (let count = 1; next !== undefined; count++) {
    const more = await ask(next)
    if (count === MOST_PAGES || more.next === next) throw unexpected('the agreement has no end')
    artifacts.push(...more.artifacts)
    isTruncated ||= more.truncated
    next = more.next
  }
  return { ...first, truncated: isTruncated, artifacts }
}

async function submit(door: Door, submission: Submission): Promise<readonly SubmitOutcome[]> {
  const { bytes, signature, keys, alias } = submission
  const path = encodeURIComponent(submission.collection)
  if (alias !== undefined) return submitUnderAlias(door, submission, alias)
  if (signature === undefined && keys === undefined)
    return outcomesOf(await exchange(door, { method: 'POST', path, body: copy(bytes) }))
  const form = new FormData()
  // The key first: a certification that comes before its key would have to wait for it.
  if (keys !== undefined) form.append('key', new Blob([copy(keys)]), 'key.asc')
  form.append('file', new Blob([copy(bytes)]), 'file.buildinfo')
  if (signature !== undefined)
    form.append('signature', new Blob([copy(signature)]), 'file.buildinfo.asc')
  return outcomesOf(await exchange(door, { method: 'POST', path, body: form }))
}

/** PUT takes one file at a time; what the last one completes is the outcome. */
async function submitUnderAlias(
  door: Door,
  submission: Submission,
  alias: readonly string[],
): Promise<readonly SubmitOutcome[]> {
  if (submission.keys !== undefined)
    await exchange(door, { method: 'POST', path: 'keys', body: copy(submission.keys) })
  const path = encodePath([submission.collection, ...alias].join('/'))
  const reply = await exchange(door, { method: 'PUT', path, body: copy(submission.bytes) })
  if (submission.signature === undefined) return outcomesOf(reply)
  const body = copy(submission.signature)
  return outcomesOf(await exchange(door, { method: 'PUT', path: `${path}.asc`, body }))
}

/** 201, 200: receipts; 202: what is missing; an array where the body held several signatures. */
function outcomesOf(reply: Reply): readonly SubmitOutcome[] {
  const value = json(reply)
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.map((item) => outcomeOf(item, reply.status))
}

function outcomeOf(item: unknown, status: number): SubmitOutcome {
  if (typeof item === 'object' && item !== null && 'waitingFor' in item)
    return { status: 'waiting', waiting: read.waiting(item, 'waiting') }
  if (typeof item === 'object' && item !== null && 'code' in item)
    return { status: 'refused', refusal: refusalOf(item) }
  const receipt = read.receipt(item, 'receipt')
  return { status: status === 200 ? 'known' : 'accepted', receipt }
}

function refusalOf(item: unknown): Refusal {
  const { code, detail, keyId } = read.refusal(item, 'refusal')
  if (!isCode(code)) throw unexpected('refusal.code is no code that is known here')
  return { code, detail, keyId }
}

function pageOf<T>(reply: Reply, items: readonly T[]): Page<T> {
  const next = nextIn(reply)
  return next === undefined ? { items } : { items, next }
}

/** The cursor of the next page, as `Link` says it. */
function nextIn(reply: Reply): string | undefined {
  const link = reply.headers.get('link') ?? ''
  const target = /<([^>]{1,4000})>\s*;\s*rel="?next"?/.exec(link)?.[1]
  if (target === undefined) return undefined
  const after = URL.canParse(target, 'http://node')
    ? new URL(target, 'http://node').searchParams.get('after')
    : null
  if (after === null) throw unexpected('the node names a next page without a cursor')
  return after
}

type Asked = Readonly<Record<string, string | number | undefined>>

function queryString(query: Asked): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) pairs.append(name, String(value))
  // a node takes + in a question for what it is: versions have it
  return pairs.toString().replaceAll('+', '%20')
}

function encodePath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '')
  return segments.map(encodeURIComponent).join('/')
}

/** A key in armor or PEM is printable ASCII; anything else could be meant for the terminal. */
function armored({ url, bytes }: Reply): string {
  const text = Buffer.from(bytes).toString('latin1')
  if (!/^-----BEGIN (?:PGP PUBLIC KEY BLOCK|PUBLIC KEY)-----[\x20-\x7e\r\n]*$/.test(text))
    throw unexpected(`${url} answered no armored key`)
  return text
}

async function present<T>(ask: () => Promise<T>, absent: readonly Code[]): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isExpected(error) && absent.includes(error.code)) return undefined
    throw error
  }
}

/** `fetch` takes only bytes that nobody shares. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
