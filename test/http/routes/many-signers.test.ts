import type { FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../../src/http/server.ts'
import { enarmor } from '../../../src/certification/signatures/armor.ts'
import type { Receipt } from '../../../src/contract/submission.ts'
import type { CertificationDetail } from '../../../src/contract/certification.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { detachedSignature, rebuilder, type TestRebuilder } from '../../support/rebuilder.ts'
import { form, get, SETTINGS } from '../door.ts'

const LIST = Buffer.from(
  ['x86_64-linux-gnu.tar.gz', 'win64-setup.exe', 'arm64-apple-darwin-unsigned.tar.gz']
    .map((end, at) => `${String(at).repeat(64)}  tool-30.0rc2-${end}\n`)
    .join(''),
)

async function door(): Promise<FastifyInstance> {
  const repository = await openTestRepository({
    collections: [{ name: 'guix', dialect: 'checksums', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return app
}

const signers = async (count: number): Promise<readonly TestRebuilder[]> =>
  Promise.all(Array.from({ length: count }, () => rebuilder()))

const signaturesOf = (many: readonly TestRebuilder[], list: Uint8Array = LIST) =>
  Promise.all(many.map((one) => detachedSignature(list, one)))
const keysOf = (many: readonly TestRebuilder[]): Buffer =>
  Buffer.concat(many.map(({ publicKey }) => publicKey.bytes))

async function postKeys(app: FastifyInstance, many: readonly TestRebuilder[]): Promise<void> {
  const answer = await app.inject({ method: 'POST', url: '/keys', payload: keysOf(many) })
  expect(answer.statusCode).toBe(201)
}

const post = (app: FastifyInstance, signature: Uint8Array, list: Uint8Array = LIST) =>
  app.inject({
    method: 'POST',
    url: '/guix',
    ...form([
      { name: 'file', bytes: Buffer.from(list), filename: 'SHA256SUMS' },
      { name: 'signature', bytes: Buffer.from(signature), filename: 'SHA256SUMS.asc' },
    ]),
  })

const rebuildersIn = (receipts: readonly Receipt[]): ReadonlySet<string> =>
  new Set(receipts.map(({ rebuilder: one }) => one ?? ''))

test.each([
  ['one armor around all', (all: readonly Uint8Array[]) => enarmor('SIGNATURE', Buffer.concat(all))],
  ['an armor for each', (all: readonly Uint8Array[]) => all.map((one) => enarmor('SIGNATURE', one)).join('\n')],
])('a list that 23 have signed, with %s, is a certification by each', async (_, around) => {
  const app = await door()
  const many = await signers(23)
  await postKeys(app, many)
  const answer = await post(app, Buffer.from(around(await signaturesOf(many))))
  expect(answer.statusCode).toBe(201)
  const receipts = answer.json<readonly Receipt[]>()
  expect(receipts.map(({ state }) => state)).toEqual(many.map(() => 'verified'))
  expect(rebuildersIn(receipts)).toEqual(new Set(many.map(({ publicKey }) => publicKey.fingerprint)))
  const agreement = (await get(app, '/agreement/guix/tool/30.0rc2')).json<{
    artifacts: readonly { groups: readonly { rebuilders: readonly unknown[] }[] }[]
  }>()
  expect(agreement.artifacts.map(({ groups }) => groups.map((one) => one.rebuilders.length))).toEqual([[23], [23], [23]]) // prettier-ignore
}) // prettier-ignore

test('60 signers come by PUT, list and signature in any order', async () => {
  const app = await door()
  const many = await signers(60)
  await postKeys(app, many)
  const url = '/guix/tool/30.0rc2/SHA256SUMS.buildinfo'
  const payload = Buffer.from(enarmor('SIGNATURE', Buffer.concat(await signaturesOf(many))))
  expect((await app.inject({ method: 'PUT', url: `${url}.asc`, payload })).statusCode).toBe(202)
  const answer = await app.inject({ method: 'PUT', url, payload: LIST })
  expect(answer.statusCode).toBe(201)
  expect(rebuildersIn(answer.json<readonly Receipt[]>()).size).toBe(60)
})

test('who of many has not signed, or whose key nobody knows, is told beside those who have', async () => {
  const app = await door()
  const [good, stranger, forger] = await signers(3)
  if (good === undefined || stranger === undefined || forger === undefined) throw new Error('3')
  await postKeys(app, [good, forger])
  const answer = await post(
    app,
    Buffer.concat([
      ...(await signaturesOf([good, stranger])),
      await detachedSignature(Buffer.from('something else'), forger),
      // version 3
      Uint8Array.of(0x88, 3, 3, 5, 0),
    ]),
  )
  expect(answer.statusCode).toBe(201)
  expect(answer.json<unknown>()).toEqual([
    expect.objectContaining({ state: 'verified', rebuilder: good.publicKey.fingerprint }),
    expect.objectContaining({ waitingFor: 'key' }),
    expect.objectContaining({
      code: 'SIGNATURE_INVALID',
      status: 403,
      keyId: forger.publicKey.fingerprint.slice(-16),
    }),
    expect.objectContaining({ code: 'SIGNATURE_UNSUPPORTED', keyId: null }),
  ])
})

test('what of a list is left out stands in the answer, in its JSON and on its page', async () => {
  const app = await door()
  const [alice] = await signers(1)
  if (alice === undefined) throw new Error('1')
  const text = `${LIST.toString()}${'e'.repeat(64)}  tool-30.0rc2-win64-setup.exe\n`
  const list = Buffer.from(text)
  await postKeys(app, [alice])
  const receipt = (await post(app, (await signaturesOf([alice], list))[0]!, list)).json<Receipt>()
  const leftOut = [
    expect.objectContaining({ name: 'tool-30.0rc2-win64-setup.exe', code: 'AMBIGUOUS' }),
  ]
  expect(receipt.leftOut).toEqual(leftOut)
  const detail = (await get(app, `${receipt.url}.json`)).json<CertificationDetail>()
  expect(detail.leftOut).toEqual(leftOut)
  expect(detail.artifacts).toHaveLength(2)
  const page = (await get(app, `${receipt.url}.html`)).body
  expect(page).toContain('Left out')
  expect(page).toContain('two sha256 checksums')
})
