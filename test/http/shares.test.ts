import { expect, it } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { openState } from '../../src/state/database.ts'
import { rowKey } from '../../src/state/row-key.ts'
import { decodeFields } from '../../src/state/row-value.ts'
import { decodeSlot } from '../../src/state/waiting-item.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { data, form, helloOf, SETTINGS } from './door.ts'

const ASKER = '2001:db8:1:2:aaaa::5'
const SHARE = '2001:db8:1:2::/64'
const UNSIGNED = data('jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.buildinfo')
const PATH = '/maven/com/scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12-0.1.6.buildinfo'

it('every door that keeps something bounded takes it from the share of who sent it', async () => {
  const folder = await temporaryDirectory()
  const opened = await openTestData(folder)
  const app = buildServer(opened.repository, SETTINGS)
  const send = async (line: `${'POST' | 'PUT'} /${string}`, payload: Buffer, headers = {}) => {
    const [method = '', url = ''] = line.split(' ')
    const answer = await app.inject({
      method: method === 'PUT' ? 'PUT' : 'POST',
      url,
      payload,
      headers,
      remoteAddress: ASKER,
    })
    expect([line, answer.statusCode]).toEqual([line, expect.toBeOneOf([200, 201, 202])])
  }
  await send('POST /keys', data('hello/alice.asc'))
  const keytext = new URLSearchParams({ keytext: data('hello/bob.asc').toString() }).toString()
  await send('POST /pks/add', Buffer.from(keytext))
  await send('POST /debian', helloOf('mallory'))
  await send('PUT /api/submit', data('odd/21-epoch-tilde-plus.buildinfo'))
  await send('POST /maven', UNSIGNED)
  await send(`PUT ${PATH}`, UNSIGNED)
  await send(`PUT ${PATH}.asc.sha1`, Buffer.from('a'.repeat(40)))
  const pair = form([
    { name: 'file', bytes: UNSIGNED, filename: 'a.buildinfo' },
    {
      name: 'signature',
      bytes: data('jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.alice.buildinfo.asc'),
      filename: 'a.buildinfo.asc',
    },
  ])
  await send('POST /maven', pair.payload, pair.headers)
  await app.close()
  await opened.close()

  const state = await openState(folder)
  const shares: unknown[] = []
  for await (const { value } of state.rows(rowKey('key-size')))
    shares.push(decodeFields(value, 4)[2])
  for await (const { value } of state.rows(rowKey('waiting')))
    shares.push(decodeSlot(0, value).address)
  await state.close()
  expect(shares.length).toBeGreaterThan(4)
  expect(new Set(shares)).toEqual(new Set([SHARE]))
})
