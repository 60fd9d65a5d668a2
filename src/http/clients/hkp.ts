import { readKeyName } from '../../base/fingerprint.ts'
import { unescape } from 'node:querystring'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { shareOf } from '../../base/address-share.ts'
import { MalformedError, NotFoundError } from '../../base/errors.ts'
import type { KeyListing, NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { keysPage } from '../pages/rebuilder/keys.ts'
import { problemOf, sendHtml, sendProblem, sendText } from '../answers/responses.ts'
import { sendKey } from '../routes/keys.ts'
import { media, problems } from '../../contract/described.ts'

// draft-shaw-openpgp-hkp-00, and what GnuPG's dirmngr sends: form-encoded queries with parameters of its own,
// which are ignored. So these routes read their query themselves.

const MAX_SEARCH_LENGTH = 512
/** Keys in one answer to `op=get` by words. */
const MAX_KEYS = 10

/** `/pks/lookup` and `/pks/add`. */
export function addHkpRoutes(app: App, repository: NodeRepository): void {
  const lookup = {
    operationId: 'hkpLookup',
    summary: 'HKP: find keys',
    tags: ['keys'],
    response: { 200: media('application/pgp-keys', 'Keys, or their index'), ...problems },
  }
  app.get('/pks/lookup', { schema: lookup }, async (request, reply) => {
    const query = formOf(request)
    const search = query.get('search') ?? ''
    if (search === '' || search.length > MAX_SEARCH_LENGTH)
      throw new MalformedError('QUERY_INVALID', 'Give search=0xFINGERPRINT.')
    const op = query.get('op') ?? ''
    switch (op) {
      case 'get':
        return sendKey(reply, await keysFor(repository, search))
      case 'index':
      case 'vindex': {
        const keys = await listingsOf(repository, search)
        if (keys.length === 0)
          throw new NotFoundError('KEY_NOT_FOUND', 'This node does not have that key.')
        return sendIndex(reply, keys, isMachineReadable(query))
      }
      default: {
        const error = new MalformedError('QUERY_INVALID', 'op is get, index or vindex.')
        return sendProblem({ request, reply }, { ...problemOf(error), status: 501 })
      }
    }
  })

  const add = {
    operationId: 'hkpAdd',
    summary: 'HKP: add keys',
    tags: ['keys'],
    consumes: ['application/x-www-form-urlencoded'],
    response: { 200: media('text/plain', 'Taken'), ...problems },
  }
  app.post('/pks/add', { schema: add }, async (request, reply) => {
    const { body } = request
    const keytext = body instanceof Uint8Array ? keytextOf(body) : undefined
    if (keytext === undefined || keytext === '')
      throw new MalformedError('BODY_EMPTY', 'Give keytext=, an armored key.')
    const added = await repository.addKeys(Buffer.from(keytext), shareOf(request.ip))
    const lines = added.flatMap(({ fingerprint, leftOut = [] }) => [
      fingerprint,
      ...leftOut.map(({ what, why }) => `# left out: ${what}: ${why}`),
    ])
    return sendText(reply, lines.map((line) => `${line}\n`).join(''))
  })
}

const KEYTEXT = 'keytext='
const AMPERSAND = 0x26
const PLUS = 0x2b
const SPACE = 0x20

/**
 * The first member of that name in a form, decoded. The others are not parsed: a megabyte of members or of spaces would take 80 ms.
 * What is no UTF-8 becomes U+FFFD.
 */
function keytextOf(form: Uint8Array): string | undefined {
  const text = Buffer.from(form.buffer, form.byteOffset, form.length)
  let at = 0
  if (!text.subarray(0, KEYTEXT.length).equals(Buffer.from(KEYTEXT))) {
    at = text.indexOf(`&${KEYTEXT}`) + 1
    if (at === 0) return undefined
  }
  const end = text.indexOf(AMPERSAND, at)
  const value = Buffer.from(text.subarray(at + KEYTEXT.length, end === -1 ? text.length : end))
  for (let plus = value.indexOf(PLUS); plus !== -1; plus = value.indexOf(PLUS, plus + 1))
    value[plus] = SPACE
  return unescape(value.toString('latin1'))
}

function formOf(request: FastifyRequest): URLSearchParams {
  const url = request.raw.url ?? ''
  const at = url.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1))
}

const isMachineReadable = (query: URLSearchParams): boolean =>
  (query.get('options') ?? '').split(',').includes('mr')

/** Keys of OpenPGP: whoever asks by HKP can read no others. */
async function listingsOf(
  repository: NodeRepository,
  search: string,
): Promise<readonly KeyListing[]> {
  const listings = await repository.keyListings(search)
  return listings.filter(({ kind }) => kind === 'openpgp')
}

async function keysFor(repository: NodeRepository, search: string): Promise<string | undefined> {
  const name = readKeyName(search)
  if (name === undefined && /^0x/i.test(search)) return undefined
  if (name !== undefined) {
    const key = await repository.key(name)
    return key?.startsWith('-----BEGIN PGP ') === true ? key : undefined
  }
  const listings = await listingsOf(repository, search)
  const keys = await Promise.all(
    listings.slice(0, MAX_KEYS).map(({ fingerprint }) => repository.key(fingerprint)),
  )
  const found = keys.filter((key) => key !== undefined)
  return found.length === 0 ? undefined : found.join('\n')
}

function sendIndex(reply: FastifyReply, keys: readonly KeyListing[], machine: boolean) {
  if (!machine) return sendHtml(reply, keysPage(keys))
  const lines = [`info:1:${keys.length}`, ...keys.flatMap(linesOf)]
  return sendText(reply.header('x-hkp-results-count', String(keys.length)), `${lines.join('\n')}\n`)
}

/** Section 5.2: `pub:` and one `uid:` for each user id. */
function linesOf(key: KeyListing): string[] {
  const { fingerprint, algorithm, bits, created, expires, revoked } = key
  const pub = ['pub', fingerprint, algorithm, bits, created, expires ?? '', revoked ? 'r' : '']
  return [pub.join(':'), ...key.userIds.map((userId) => `uid:${escapeUserId(userId)}:::`)]
}

/** `:`, `%`, controls and whatever is not ASCII, as percent escapes of UTF-8. */
function escapeUserId(text: string): string {
  let escaped = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x3a
    escaped += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}
