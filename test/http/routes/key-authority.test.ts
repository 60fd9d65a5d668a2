import type { FastifyInstance } from 'fastify'
import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import { dearmor } from '../../../src/certification/signatures/armor.ts'
import { data, openDoor, post } from '../door.ts'

const odd = (path: string) => data(`odd-keys/${path}`)

async function stateAfter(app: FastifyInstance, key: Buffer, buildinfo: Buffer) {
  const keys = await post(app, '/keys', key)
  const answer = await post(app, '/debian', buildinfo)
  return { keys, answer, body: answer.json<{ state?: string; waitingFor?: string }>() }
}

describe('a key', () => {
  test.each([
    ['whose revocation stands behind a subkey', 'revocation-behind-subkey/key-and-revocation.asc', 'revocation-behind-subkey/caseone_1.0-1_amd64.buildinfo', 'key-revoked'],
    ['whose revocation stands behind a user id', 'direct-signatures-out-of-place/a.asc', 'direct-signatures-out-of-place/a.buildinfo', 'key-revoked'],
    ['whose end stands behind a user id', 'direct-signatures-out-of-place/b.asc', 'direct-signatures-out-of-place/b.buildinfo', 'outside-validity'],
    ['whose primary user id has an end and a newer one has none', 'two-uids-one-end/key.asc', 'two-uids-one-end/after-end.buildinfo', 'outside-validity'],
    ['that a signature of version 3 revokes', 'revocation-of-version-3/key.asc', 'revocation-of-version-3/doc.buildinfo', 'key-revoked'],
  ])('%s does not count', async (_, ...[key, buildinfo, state]) => {
    const { app } = await openDoor()
    const { body } = await stateAfter(app, odd(key), odd(buildinfo))
    expect(body.state).toBe(state)
  }) // prettier-ignore

  test('of which no self-signature is known verifies nothing until the whole key comes', async () => {
    const { app } = await openDoor()
    const folder = 'uidless-expiry-lost'
    const stripped = await post(app, '/keys', odd(`${folder}/stripped.asc`))
    expect(stripped.body).toContain('send the whole key')
    for (const name of ['primary', 'subkey']) {
      const waiting = await post(app, '/debian', odd(`${folder}/${name}.buildinfo`))
      expect(waiting.statusCode).toBe(202)
      expect(waiting.json()).toMatchObject({ waitingFor: 'key' })
    }
    await post(app, '/keys', odd(`${folder}/key.asc`))
    for (const name of ['primary', 'subkey']) {
      const answer = await post(app, '/debian', odd(`${folder}/${name}.buildinfo`))
      expect(answer.json<{ state: string }>().state).not.toBe('key-unknown')
    }
  })

  test('that names a designated revoker says that such revocations are not followed', async () => {
    const { app } = await openDoor()
    const answer = await post(app, '/keys', odd('designated-revoker/key.asc'))
    const naming = answer
      .json<{ fingerprint: string; leftOut: { what: string }[] }[]>()
      .find(({ leftOut }) => leftOut.some(({ what }) => what === 'designated revoker'))
    const fingerprint = naming?.fingerprint ?? ''
    await post(app, '/debian', odd('designated-revoker/doc.buildinfo'))
    const shown = await app.inject({ url: `/rebuilders/${fingerprint}` })
    expect(shown.json()).toMatchObject({ key: { designatedRevokers: [expect.any(String)] } })
  })
})

describe('a revocation alone', () => {
  const folder = 'revocation-behind-subkey'
  const buildinfo = odd(`${folder}/caseone_1.0-1_amd64.buildinfo`)

  test('revokes the key that is known, and is nothing new the second time', async () => {
    const { app } = await openDoor()
    const { body } = await stateAfter(app, odd(`${folder}/key.asc`), buildinfo)
    expect(body.state).toBe('verified')
    const answer = await post(app, '/keys', odd(`${folder}/revocation.asc`))
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject([{ added: true, waits: false, leftOut: [] }])
    const again = await post(app, '/keys', odd(`${folder}/revocation.asc`))
    expect(again.statusCode).toBe(200)
    expect(again.json()).toMatchObject([{ added: false, leftOut: [] }])
    const found = await app.inject({ url: '/certifications' })
    expect(found.json()).toMatchObject([{ state: 'key-revoked' }])
  })

  test('is kept for a key that is not known yet, by HKP too', async () => {
    const { app } = await openDoor()
    const keytext = odd(`${folder}/revocation.asc`).toString()
    const answer = await app.inject({
      method: 'POST',
      url: '/pks/add',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ keytext }).toString(),
    })
    expect(answer.statusCode).toBe(200)
    const waits = await post(app, '/keys', keytext)
    expect(waits.statusCode).toBe(202)
    expect(waits.json()).toMatchObject([{ waits: true, added: false }])
    const { body } = await stateAfter(app, odd(`${folder}/key.asc`), buildinfo)
    expect(body.state).toBe('key-revoked')
  })

  test('of another key in the same file revokes that one', async () => {
    const { app } = await openDoor()
    const other = odd('two-uids-one-end/key.asc')
    const file = ['key.asc', 'revocation.asc'].map((name) => odd(`${folder}/${name}`).toString())
    const [key = '', revocation = ''] = file
    const { body } = await stateAfter(
      app,
      Buffer.from(`${key}\n${other.toString()}\n${revocation}`),
      buildinfo,
    )
    expect(body.state).toBe('key-revoked')
  })

  test('that was changed revokes nothing, and that is said', async () => {
    const { app } = await openDoor()
    await post(app, '/keys', odd(`${folder}/key.asc`))
    const { octets } = dearmor('PUBLIC KEY BLOCK', odd(`${folder}/revocation.asc`))!
    const changed = Buffer.from(octets)
    changed[changed.length - 1]! ^= 1
    const answer = await post(app, '/keys', changed)
    expect(answer.json()).toMatchObject([{ added: false, leftOut: [{ what: 'revocation' }] }])
  })

  test('is found among so many wrong ones that they are too costly together', async () => {
    const { app } = await openDoor()
    const { privateKey: key } = await openpgp.generateKey({
      type: 'ecc',
      curve: 'brainpoolP512r1',
      userIDs: [{ name: 'Slow' }],
      format: 'object',
    })
    await post(app, '/keys', key.toPublic().armor())
    const { privateKey: revoked } = await openpgp.revokeKey({ key, format: 'object' })
    const good = new openpgp.PacketList<openpgp.SignaturePacket>()
    good.push(...revoked.revocationSignatures)
    const wrong = Array.from({ length: 40 }, (_, at) => {
      const octets = good.write()
      octets[octets.length - 1]! ^= at + 1
      return octets
    })
    const answer = await post(app, '/keys', Buffer.concat([...wrong, good.write()]))
    expect(answer.json()).toMatchObject([{ added: true, leftOut: [{ what: 'revocation' }] }])
  })
})
