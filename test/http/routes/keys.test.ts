import { describe, expect, it } from 'vitest'
import { addKey, ALICE, get, openDoor, post } from '../door.ts'

describe('a public key', () => {
  it('is added once, and is served by fingerprint and key id in any case', async () => {
    const { app } = await openDoor()
    const first = await addKey(app, 'hello/alice.asc')
    expect(first.statusCode).toBe(201)
    expect(first.headers.location).toBe(`/keys/${ALICE}`)
    expect(first.json()).toMatchObject([
      { fingerprint: ALICE, added: true, released: [], leftOut: [] },
    ])
    const again = await addKey(app, 'hello/alice.asc')
    expect([again.statusCode, again.json()]).toEqual([
      200,
      [{ fingerprint: ALICE, added: false, released: [], waits: false, leftOut: [] }],
    ])
    for (const name of [ALICE, ALICE.toLowerCase(), `0x${ALICE}`, ALICE.slice(-16)]) {
      const key = await get(app, `/keys/${name}`)
      expect(key.headers['content-type']).toBe('application/pgp-keys')
      expect(key.body).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/)
    }
  })

  it('that is not here is not found; a short or odd name is refused', async () => {
    const { app } = await openDoor()
    expect((await get(app, `/keys/${ALICE}`)).json()).toMatchObject({
      code: 'KEY_NOT_FOUND',
      status: 404,
    })
    for (const name of [ALICE.slice(-8), 'alice', '0x'])
      expect((await get(app, `/keys/${name}`)).json()).toMatchObject({
        code: 'PATH_INVALID',
        status: 400,
      })
  })

  it('that is none is refused', async () => {
    const { app } = await openDoor()
    expect((await post(app, '/keys', 'no key')).json()).toMatchObject({ code: 'KEY_SYNTAX' })
    expect((await post(app, '/keys', '')).json()).toMatchObject({ code: 'BODY_EMPTY' })
  })
})
